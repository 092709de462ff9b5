"""What src/features/reference_tables says in C++, for the portable edition: the tables of create_storefront and
create_analytics as data, and the SQL by which they are filled."""
import re
import textwrap

from catalogue import without_comments

FOLDER = 'src/features/reference_tables/'
# One token: a string, raw or not, a name, a number or a sign.
TOKEN = re.compile(r'R"(?:sql)?\((?P<raw>.*?)\)(?:sql)?"|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<name>[A-Za-z_][\w.:]*)'
                   r'|(?P<number>\d+)|(?P<sign>[{}(),;*=\[\]<>&])', re.S)


class name(str):
    """A name of C++, where a str is a string."""


class call(tuple):
    """A function and its arguments."""


class reader:
    """Reads initializers: {"id", text, nullptr} becomes ['id', name('text'), None]."""

    def __init__(self, source):
        self.tokens = [self.token(found) for found in TOKEN.finditer(source)]
        self.place = 0

    @staticmethod
    def token(found):
        if found['raw'] is not None:
            return ('text', found['raw'])
        if found['text'] is not None:
            return ('text', found['text'].replace('\\"', '"'))
        if found['name'] is not None:
            return ('name', found['name'])
        return ('number', int(found['number'])) if found['number'] else ('sign', found['sign'])

    def take(self, sign):
        if self.tokens[self.place] == ('sign', sign):
            self.place += 1
            return True
        return False

    def list(self, end):
        values = []
        while not self.take(end):
            values.append(self.value())
            self.take(',')
        return values

    def value(self):
        kind, given = self.tokens[self.place]
        self.place += 1
        if (kind, given) == ('sign', '{'):
            return self.list('}')
        if kind == 'text':
            while self.tokens[self.place][0] == 'text':  # one behind the other
                given += self.tokens[self.place][1]
                self.place += 1
            return given
        if kind == 'name':
            if self.take('('):
                return call([given, *self.list(')')])
            return {'nullptr': None, 'true': True, 'false': False}.get(given, name(given))
        return given


def initializer(source, pattern):
    """What stands in the braces behind the pattern."""
    start = re.search(pattern, source, re.S)
    if not start:
        raise SystemExit('portable: %s has nothing like %s' % (FOLDER, pattern))
    return reader(source[start.end():]).value()


def struct_of(values, *defaults):
    """The members that are left out have their defaults."""
    return list(values) + list(defaults[len(values):])


class source:
    """A file, with its constants and arrays."""

    def __init__(self, path):
        self.text = without_comments(open(FOLDER + path).read())
        self.constants = {}
        for line in re.findall(r'constexpr const char \*([^;]*);', self.text):
            self.constants.update(re.findall(r'\*?(\w+) = "([^"]*)"', line))
        for found in re.finditer(r'constexpr reference_column (\w+)\{', self.text):
            self.constants[found[1]] = initializer(self.text, r'reference_column %s(?=\{)' % found[1])

    def array(self, of, label):
        return initializer(self.text, r'constexpr %s %s\[\] = (?=\{)' % (of, label))

    def resolved(self, value):
        return self.constants.get(value, '{%s}' % value) if isinstance(value, name) else value

    def columns(self, given):
        """[(name, type, references, comment)] of a list, or of the name of one."""
        if isinstance(given, name):
            given = self.array('reference_column', given)
        rows = [struct_of(self.resolved(each) if isinstance(each, name) else each, None, None, None, None)
                for each in given]
        return [[self.resolved(value) for value in row] for row in rows]

    def indexes(self, given):
        """[(columns, is_unique, merge)]"""
        if isinstance(given, name):
            given = self.array('reference_index', given)
        return [[self.resolved(each[0]), len(each) > 1 and each[1], each[2] if len(each) > 2 else None]
                for each in given]

    def options(self, given):
        if isinstance(given, list):
            return [tuple(each) for each in given]
        return [tuple(each) for each in self.array('reference_option', given)]


def flat(values):
    """Without the second pair of braces that a std::array has."""
    return values[0] if len(values) == 1 and isinstance(values[0], list) and values[0] and \
        isinstance(values[0][0], list) else values


def storefront_lists(file):
    """The lists that depend on the kind of names: {user_key} and {product_key} stand for these."""
    def columns(label, key):
        body = initializer(file.text, r'constexpr auto %s_columns\(const char \*key\) \{\s*return std::array'
                                      r'<reference_column, \d+>(?=\{)' % label)
        return [[key if value == 'key' else value for value in row] for row in flat(body)]
    made = initializer(file.text, r'constexpr named_tables with_names\([^)]*\) \{\s*return (?=\{)')
    return {'named.users': columns('users', name('user_key')), 'named.users_indexes': flat(made[2]),
            'named.products': columns('products', name('product_key')), 'named.products_indexes': flat(made[4])}


def kinds():
    """[(names, user_key, product_key)], the first the default."""
    file = source('storefront/storefront.cpp')
    return [each[1:] for each in file.array('named_tables', 'kinds')]


def tables(schema):
    """(file, [(name, comment, columns, indexes, later columns, is_later)]), of 'storefront' or 'analytics'."""
    file = source('%s/%s.cpp' % (schema, schema))
    if schema == 'storefront':
        found = flat(initializer(file.text, r'return std::array<reference_table, \d+>(?=\{)'))
        lists = storefront_lists(file)
    else:
        found, lists = file.array('reference_table', 'tables'), {}
    rows = []
    for each in found:
        label, comment, columns, indexes, later, is_later = struct_of(each, '', '', [], [], [], False)[:6]
        rows.append((label, comment, file.columns(lists.get(columns, columns)),
                     file.indexes(lists.get(indexes, indexes)), file.columns(later), is_later))
    return file, rows


def features(file):
    """[(table, feature, call, other, third, later options, later table)]"""
    rows = []
    for each in file.array('reference_feature', 'features'):
        table, feature, called, other, third, later, later_table = struct_of(each, '', '', '', None, None, [], None)
        rows.append((table, re.sub('_feature$', '', feature), called, other, third, file.options(later), later_table))
    return rows


def statement(path, function, number=1):
    """The number-th statement that a function of a file has as raw text."""
    text = open(FOLDER + path).read()
    start = re.search(r'^ *(?:static )?[\w:]+ %s\([^;]*?\) (?:const )?\{$' % function, text, re.M)
    if not start:
        raise SystemExit('portable: %s has no %s' % (path, function))
    found = re.findall(r'R"sql\((.*?)\)sql"', text[start.end():], re.S)[number - 1]
    return textwrap.dedent(found).strip()


def steps(path):
    """The ways that orders go, as VALUES."""
    rows = initializer(without_comments(open(FOLDER + path).read()), r'constexpr status_step steps\[\] = (?=\{)')
    return ',\n      '.join('(%s)' % ', '.join("'%s'" % each.replace("'", "''") for each in struct_of(
        row, '', '', '', '')) for row in rows)
