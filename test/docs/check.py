"""The documents say what is so: examples, reference, links. Run by test/docs/run, in the repository's folder."""
from catalogue import check_catalogue
from examples import check_examples
from files import check_files

check_examples()
check_catalogue()
check_files()
