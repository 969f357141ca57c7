"""The file in which a company writes down what it is and offers: read, checked, compared.

``document`` reads YAML or JSON with line numbers, ``entries`` says which fields there are,
``fitting`` fits the one to the other, ``checks`` finds what contradicts itself, and
``catalogue_rows`` compares a file with what is stored.
"""
