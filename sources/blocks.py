"""The paragraphs of a text."""


def blocks_of(text: str) -> list[list[int]]:
    """The [start, end) of each line that holds something, in code points."""
    blocks, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append([start, start + len(line)])
        start += len(line) + 1
    return blocks
