package io.inmesh.engine.net;

/** An address prefix, {@code 10.0.0.0/8}; bits beyond the prefix are ignored. */
public record Cidr(IpAddress address, int prefixLength) {
  public Cidr {
    if (prefixLength < 0 || prefixLength > address.bits()) {
      throw new IllegalArgumentException(
          "prefix length " + prefixLength + " is outside of 0.." + address.bits());
    }
    boolean v6 = address.v6();
    long high = v6 ? keep(address.high(), prefixLength, 64) : 0;
    long low =
        v6 ? keep(address.low(), prefixLength - 64, 64) : keep(address.low(), prefixLength, 32);
    address = new IpAddress(v6, high, low);
  }

  /** Parses {@code address/length} or a bare address. */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException("invalid ip/mask combination: " + text);
    }
    try {
      int length = slash < 0 ? address.bits() : Integer.parseInt(text.substring(slash + 1));
      return new Cidr(address, length);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("invalid ip/mask combination: " + text, e);
    }
  }

  /** Whether the address is of this family and inside of the prefix. */
  public boolean contains(IpAddress other) {
    if (other.v6() != address.v6()) {
      return false;
    }
    if (!other.v6()) {
      return keep(other.low(), prefixLength, 32) == address.low();
    }
    return keep(other.high(), prefixLength, 64) == address.high()
        && keep(other.low(), prefixLength - 64, 64) == address.low();
  }

  private static long keep(long value, int bits, int width) {
    if (bits <= 0) {
      return 0;
    }
    return bits >= width ? value : value >>> (width - bits) << (width - bits);
  }
}
