"""The frames of functions: what docs/schema.sql says of the public ones, joined with the bodies in portable/."""
import hashlib
import re

PINNED = ' SET search_path = pg_catalog, pg_temp'
# Instead, for a function that needs the search_path of whoever calls it: all that it says is qualified.
OF_CALLER = ' SET search_path FROM CALLER'


def quoted(text):
    return "'%s'" % text.replace("'", "''")


def split(text):
    """What commas separate, but not those in parentheses and strings."""
    parts, depth, inside, start = [], 0, False, 0
    for place, letter in enumerate(text):
        if letter == "'":
            inside = not inside
        elif not inside and letter in '([{':
            depth += 1
        elif not inside and letter in ')]}':
            depth -= 1
        elif not inside and letter == ',' and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [part for part in parts + [text[start:].strip()] if part]


def input_types(arguments):
    """The types by which PostgreSQL knows a function: those of its input arguments."""
    types = []
    for argument in split(arguments):
        words = re.sub(r'\s+DEFAULT\s.*', '', argument, flags=re.S).split()
        mode = words.pop(0) if words[0] in ('IN', 'OUT', 'INOUT', 'VARIADIC') else 'IN'
        if mode != 'OUT':
            types.append(' '.join(words[1:]))
    return types


class frame:
    """A function, procedure or aggregate, as docs/schema.sql declares it."""

    def __init__(self, kind, name, arguments, result, comment):
        self.kind, self.name, self.arguments, self.result, self.comment = kind, name, arguments, result, comment
        self.is_trigger = result in ('RETURNS trigger VOLATILE', 'RETURNS event_trigger VOLATILE')

    def signature(self):
        return 'upkeep.%s(%s)' % (self.name, ', '.join(input_types(self.arguments)))

    def head(self):
        return 'CREATE OR REPLACE %s upkeep.%s(%s)%s' % (
            self.kind, self.name, self.arguments, ' ' + self.result if self.result else '')

    def comment_on(self):
        return 'COMMENT ON %s %s IS\n  %s;' % (self.kind, self.signature(), quoted(self.comment))


def public(schema):
    """[frame] of docs/schema.sql, and {view: comment}."""
    found, views = [], {}
    for block in schema.split('\n\n'):
        comment = ' '.join(line[3:] for line in block.split('\n') if line.startswith('-- '))
        made = re.search(r'^CREATE (FUNCTION|PROCEDURE|AGGREGATE|VIEW) upkeep\.(\w+) ?\(.*;', block, re.S | re.M)
        if not made:
            continue
        kind, name = made.groups()
        if kind == 'VIEW':
            views[name] = comment
        else:
            declared = made.group(0)
            start = declared.index('(')
            arguments = balanced(declared, start)
            found.append(frame(kind, name, arguments, declared[start + len(arguments) + 2:-1].strip(), comment))
    return found, views


def digest(text):
    return hashlib.md5(text.encode()).hexdigest()


def returned(declared):
    """RETURNS and the type, of what follows the arguments; volatility and the like can be replaced."""
    return re.sub(r'\s*\b(VOLATILE|STABLE|IMMUTABLE|STRICT|PARALLEL|LANGUAGE|SECURITY|SET)\b.*', '', declared,
                  flags=re.S).strip()


def balanced(text, start):
    depth = 0
    for place in range(start, len(text)):
        depth += {'(': 1, ')': -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1:place]
    raise ValueError(text)


class edition:
    """Makes the statements of portable/ complete, and knows what has been made."""

    def __init__(self, interface, ways):
        self.frames, self.views = interface
        self.made = set()
        self.own = set()
        # (kind, signature) and a digest of what CREATE OR REPLACE cannot change.
        self.heads = {(each.kind, each.signature()): digest(each.arguments + returned(each.result))
                      for each in self.frames if not each.is_trigger}
        lines = [line for line in open(ways) if line.strip() and line[0] != '#']
        self.ways = [line.split(': ', 1) for line in re.sub(r'\|\n', '|', ''.join(lines)).splitlines()]

    def complete(self, source):
        """CREATE FUNCTION upkeep.NAME(…) gets its frame and comment, everything else what makes it repeatable."""
        source = re.sub(r'^CREATE (FUNCTION|PROCEDURE) upkeep\.(\w+)\(…\)(.*?\$\$;)$', self.with_frame, source,
                        flags=re.S | re.M)
        source = re.sub(r'^CREATE FUNCTION (upkeep(?:_internal)?\.\w+)\((.*?)\$\$;$', self.repeatable, source,
                        flags=re.S | re.M)
        source = re.sub(r'^CREATE TABLE IF NOT EXISTS (\S+) \((.*?)\);$', self.table, source, flags=re.S | re.M)
        return re.sub(r'^CREATE VIEW (upkeep(?:_internal)?)\.(\w+) AS(.*?;)$', self.view, source, flags=re.S | re.M)

    def with_frame(self, found):
        kind, name, body = found.groups()
        own = [each for each in self.frames if each.name == name and each.kind == kind]
        if len(own) != 1:
            raise SystemExit('portable: docs/schema.sql has no %s upkeep.%s' % (kind, name))
        self.made.add(name)
        of_caller = OF_CALLER in body
        body = body.replace(OF_CALLER, '', 1)
        pinned = '' if own[0].is_trigger or kind == 'PROCEDURE' or of_caller else PINNED
        if of_caller or own[0].is_trigger and 'SET search_path' not in body:
            require_qualified_types(name, body)
        return own[0].head() + body.replace(' AS $$', pinned + ' AS $$', 1) + '\n' + own[0].comment_on()

    def repeatable(self, found):
        text = found.group(0)
        arguments = balanced(text, text.index('('))
        head, body = text.split(' AS $$', 1)
        signature = '%s(%s)' % (found.group(1), ', '.join(input_types(arguments)))
        if signature in self.own:
            raise SystemExit('portable: %s is there twice' % signature)
        self.own.add(signature)
        if 'RETURNS trigger' not in head:
            self.heads['FUNCTION', signature] = digest(
                arguments + returned(head[head.index(arguments) + len(arguments) + 1:]))
        if 'RETURNS trigger' not in head and 'SET search_path' not in head:
            head += PINNED
        return head.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION', 1) + ' AS $$' + body

    def view(self, found):
        """Only one that has changed is made anew: that locks it, and writers whose table has no branch read them."""
        schema, name, body = found.groups()
        name = '%s.%s' % (schema, name)
        self.heads['VIEW', name] = digest(body)
        text = """DO $do$
DECLARE
  view constant text := $view$VIEW {0} AS{1}$view$;
BEGIN
  IF to_regclass('{0}') IS NOT NULL AND NOT (SELECT is_changed FROM upkeep_internal.made
                                             WHERE kind = 'VIEW' AND object = '{0}') THEN
    RETURN;
  END IF;
  BEGIN
    EXECUTE 'CREATE OR REPLACE ' || view;
  EXCEPTION
    -- Other columns than before.
    WHEN invalid_table_definition THEN
      PERFORM upkeep_internal.drop_old('VIEW', '{0}');
      EXECUTE 'CREATE ' || view;
  END;
  GRANT SELECT ON {0} TO PUBLIC;
END $do$;""".format(name, body.rstrip(';'))
        if schema == 'upkeep':
            text += '\nCOMMENT ON VIEW %s IS\n  %s;' % (name, quoted(self.views[name.split('.')[1]]))
        return text

    def table(self, found):
        """One of an older version gets the columns of this one."""
        columns = [re.sub(r'\s+', ' ', each) for each in split(found.group(2))
                   if not re.match(r'PRIMARY|UNIQUE|CHECK|CONSTRAINT|FOREIGN', each)]
        call = 'PERFORM upkeep_internal.complete_table(%s, ARRAY[\n  %s]);' % (
            quoted(found.group(1)), ',\n  '.join(quoted(each) for each in columns))
        return '%s\nDO $do$ BEGIN %s END $do$;' % (found.group(0), call)

    def way(self, name):
        return next(hint for pattern, hint in self.ways if re.fullmatch(pattern, name))

    def lacking(self):
        """A function that says so for each that has no body."""
        for each in self.frames:
            if each.name in self.made:
                continue
            said = 'BEGIN\n  PERFORM upkeep_internal.lacks(%s, %s);\n%sEND' % (
                quoted(each.name), quoted(self.way(each.name)), '  RETURN NULL;\n' if returns_value(each) else '')
            if each.kind == 'AGGREGATE':
                self.heads.update({('FUNCTION', name): digest(each.arguments) for name in parts_of(each)})
                yield aggregate(each, said)
            else:
                head = each.head().replace(' STRICT', '')
                language = 'plpgsql'
                types = types_of_shared(each)
                if types:
                    language = 'sql'
                    said = 'SELECT upkeep_internal.lacks(%s, %s);\nSELECT %s' % (
                        quoted(each.name), quoted(self.way(each.name)), ', '.join('NULL::' + t for t in types))
                yield '%s LANGUAGE %s%s AS $$\n%s $$;\n%s' % (
                    head, language, '' if each.is_trigger or each.kind == 'PROCEDURE' else PINNED, said,
                    each.comment_on())


def require_qualified_types(name, body):
    """A function that runs under the search_path of whoever calls or writes must not find a type of his by its name.
    Those that are words of the grammar are none of anybody's."""
    declared = re.search(r'^DECLARE$(.*?)^BEGIN$', body, re.S | re.M)
    for line in declared.group(1).split('\n') if declared else []:
        found = re.match(r'\s+\w+ (?:constant )?([\w.]+)', line)
        if found and not re.match(r'pg_catalog\.|(bigint|boolean|int|integer|numeric)$', found.group(1)):
            raise SystemExit('portable: upkeep.%s declares "%s": write pg_catalog.%s' % (
                name, line.strip(), found.group(1)))


def types_of_shared(each):
    """The types that a function returns as a table, where a column has an argument's name: PL/pgSQL has no such."""
    found = re.match(r'RETURNS TABLE \((.*)\)', each.result, re.S)
    columns = [each.split(None, 1) for each in split(found.group(1))] if found else []
    names = {argument.split()[0] for argument in split(each.arguments)} if columns else set()
    return [kind for _, kind in columns] if names & {name for name, _ in columns} else []


def returns_value(each):
    return each.is_trigger or each.kind == 'AGGREGATE'


def parts_of(each):
    """The functions that an aggregate stands on, which this edition lacks."""
    types = ', '.join(input_types(each.arguments))
    return ['upkeep_internal.%s_state(text, %s)' % (each.name, types), 'upkeep_internal.%s_final(text)' % each.name]


def aggregate(each, said):
    types = ', '.join(input_types(each.arguments))
    result = re.match(r'RETURNS (\S+)', each.result).group(1)
    return ('CREATE OR REPLACE FUNCTION upkeep_internal.{name}_state(text, {types})\n'
            'RETURNS text IMMUTABLE LANGUAGE sql{pinned} AS $$ SELECT NULL::text $$;\n'
            'CREATE OR REPLACE FUNCTION upkeep_internal.{name}_final(state text)\n'
            'RETURNS {result} LANGUAGE plpgsql{pinned} AS $$\n{said} $$;\n'
            'CREATE OR REPLACE AGGREGATE upkeep.{name}({types}) (\n'
            '  SFUNC = upkeep_internal.{name}_state, STYPE = text, FINALFUNC = upkeep_internal.{name}_final\n);\n'
            '{comment}').format(name=each.name, types=types, pinned=PINNED, result=result, said=said,
                                comment=each.comment_on())
