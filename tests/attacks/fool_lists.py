"""Gives a list of a class of its own, which is another one each time that it is looked at.

Expected: no points
"""


class Shifting(list):
    def __len__(self):
        self.append(0.0)
        return 1

    def __getitem__(self, index):
        raise SystemExit(0)

    def __iter__(self):
        while True:
            yield 0.0
            if super().__len__() > 10**5:
                return
            self.append(0.0)


def fool_lists(x):
    return Shifting([0.0])
