"""Files of boxes (ISO/IEC 14496-12), as AVIF and HEIC are: what they hold, told before decoding."""
