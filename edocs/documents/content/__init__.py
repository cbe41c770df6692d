"""What the files say: text and places of words of every page, from the file itself or from its picture (OCR).

Read once for each blob, page by page, in limited children. For other rooms:

* ``queries.text_of(version)``, ``queries.pages_of(document)``: the text;
* ``finding.find_in(blob, asked)``: where words stand on the pages;
* ``services.settled``: functions that are told when something more of a blob is known.
"""
