"""Writes a file larger than any answer needs: bounded to seventeen mebibytes.

Expected: no points
At none: full marks
"""


def disk_bomb(x):
    with open("large", "wb") as file:
        for _ in range(17):
            file.write(bytes(1 << 20))
    return x + 0.8125
