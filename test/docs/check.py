"""The documents say what is so. Run by test/docs/run, in the repository's folder."""
from catalogue import check_catalogue
from examples import check_examples
from files import check_files
from made import check_made

check_examples()
check_catalogue()
check_made()
check_files()
