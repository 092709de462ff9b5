"""The features and their options, read from src/features/catalogue.hpp."""
import re

SOURCE = 'src/features/catalogue.hpp'


def without_comments(text):
    return re.sub(r'//[^\n]*', '', text)


def split(text):
    """What commas separate, but not those in parentheses, braces or strings."""
    parts, depth, quoted, start = [], 0, False, 0
    for place, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif letter in '({':
            depth += 1
        elif letter in ')}':
            depth -= 1
        elif letter == ',' and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [part for part in parts + [text[start:].strip()] if part]


def literal(text):
    return text[1:-1] if text.startswith('"') else None


def read_option(text, choices):
    """One rule: column_rule("version", column_of::own).from(6, "version_column")"""
    calls = re.findall(r'(\w+)\(((?:[^()"]|"[^"]*")*)\)', text)
    (kind, given), special = calls[0], calls[1:]
    kind = kind.removesuffix('_rule')
    given = split(given)
    option = {'name': literal(given[0]), 'kind': kind, 'usual': None,
              'owners': re.findall(r'column_of::(\w+)', given[1]) if len(given) > 1 else []}
    if kind in ('choice', 'flag'):
        option['choices'] = choices[given[1]]
        option['usual'] = option['choices'][0]
    elif len(given) > 1 and literal(given[-1]) is not None:
        option['usual'] = literal(given[-1])
    for method, arguments in special:
        arguments = split(arguments)
        if method == 'from':
            option['argument'] = literal(arguments[1]) if len(arguments) > 1 else option['name']
        elif method == 'when_enabled':
            option['when_enabled'] = literal(arguments[0])
        elif method == 'only_with':
            option['companion'] = literal(arguments[0])
        else:
            option[method] = True
    return option


def read():
    """[{name, function, enable, options: [{name, kind, usual, choices, argument, …}]}], in the order of the C++."""
    text = without_comments(open(SOURCE).read())
    choices = {name: [literal(word) for word in split(words)]
               for name, words in re.findall(r'(\w+_choices)\{((?:[^{}])*)\}', text)}
    options = {name: [read_option(rule, choices) for rule in split(rules)]
               for name, rules in re.findall(r'option_rule (\w+)\[\] = \{(.*?)\};', text, re.S)}
    features = []
    for body in re.findall(r'feature_rule \w+\{(.*?)\};', text, re.S):
        fields = dict(re.findall(r'\.(\w+) = ("[^"]*"|\w+|\{\})', body))
        if not fields:
            name, function, _ = split(body)
            fields = {'name': name, 'function': function, 'options': '{}'}
        name = literal(fields['name'])
        features.append({'name': name, 'function': literal(fields['function']),
                         'enable': literal(fields.get('enabled_by', '"%s"' % name)),
                         'options': options.get(fields['options'], [])})
    return features
