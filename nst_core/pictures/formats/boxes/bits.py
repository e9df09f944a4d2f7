"""Numbers of some bits, as video streams have them."""


class Bits:
    """Reads bits from bytes, the highest of each byte first.

    Example:
        >>> Bits(b"\\xa0")(3)
        5
    """

    def __init__(self, data: bytes) -> None:
        self._number, self._left = int.from_bytes(data, "big"), 8 * len(data)

    def __call__(self, count: int = 1) -> int:
        """The next `count` bits as a number.

        Raises:
            ValueError: there are not so many.
        """
        self._left -= count
        if self._left < 0:
            raise ValueError("a head of video data that ends too early")
        return self._number >> self._left & (1 << count) - 1

    def exponential(self) -> int:
        """The next Exp-Golomb code: as many zeros as there are bits behind its first one."""
        zeros = 0
        while not self():
            zeros += 1
        return (1 << zeros) - 1 + self(zeros)
