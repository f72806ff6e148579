package io.inmesh.engine.net;

import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address; IPv4 lives in the low 32 bits of {@code low}.
 *
 * @param v6 whether the literal was IPv6; an IPv4-mapped literal counts as IPv4
 */
public record IpAddress(boolean v6, long high, long low) {
  private static final int V4_BITS = 32;

  /** Parses a literal, brackets permitted; null where the text is a name. Never resolves. */
  public static @Nullable IpAddress parse(String text) {
    int from = 0;
    int to = text.length();
    if (to > 1 && text.charAt(0) == '[' && text.charAt(to - 1) == ']') {
      from = 1;
      to--;
    }
    if (!couldBeLiteral(text, from, to)) {
      return null;
    }
    return text.indexOf(':', from) >= 0 ? parseV6(text, from, to) : parseV4(text, from, to);
  }

  /**
   * The address of these bytes.
   *
   * @param bytes 4 or 16, the most significant first
   */
  public static IpAddress of(byte[] bytes) {
    if (bytes.length != 4 && bytes.length != 16) {
      throw new IllegalArgumentException("an address of " + bytes.length + " bytes");
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < bytes.length; i++) {
      high = (high << 8) | (low >>> 56);
      low = (low << 8) | (bytes[i] & 0xff);
    }
    return bytes.length == 4 ? new IpAddress(false, 0, low) : ofV6(high, low);
  }

  /** Whether this is 127.0.0.0/8 or ::1. */
  public boolean isLoopback() {
    return v6 ? high == 0 && low == 1 : (low >>> 24) == 127;
  }

  /** Number of bits of the family: 32 or 128. */
  public int bits() {
    return v6 ? 128 : V4_BITS;
  }

  // Names leave here at their first letter, so the hot path pays for one character.
  private static boolean couldBeLiteral(String text, int from, int to) {
    if (from >= to) {
      return false;
    }
    char first = text.charAt(from);
    return first == ':' || Character.digit(first, 16) >= 0;
  }

  private static @Nullable IpAddress parseV4(String text, int from, int to) {
    long value = 0;
    int octets = 0;
    int i = from;
    while (i < to) {
      int octet = 0;
      int digits = 0;
      while (i < to && text.charAt(i) != '.') {
        char c = text.charAt(i++);
        if (c < '0' || c > '9' || ++digits > 3) {
          return null;
        }
        octet = octet * 10 + (c - '0');
      }
      if (digits == 0 || octet > 255 || ++octets > 4) {
        return null;
      }
      value = value << 8 | octet;
      if (i < to && ++i == to) {
        return null;
      }
    }
    return octets == 4 ? new IpAddress(false, 0, value) : null;
  }

  private static @Nullable IpAddress parseV6(String text, int from, int to) {
    int zone = text.indexOf('%', from);
    int end = zone >= 0 && zone < to ? zone : to;
    int[] groups = new int[8];
    int count = 0;
    int gap = -1;
    int i = from;
    if (text.startsWith("::", i)) {
      gap = 0;
      i += 2;
    } else if (text.charAt(i) == ':') {
      return null;
    }
    while (i < end) {
      int colon = text.indexOf(':', i);
      int stop = colon < 0 || colon > end ? end : colon;
      if (text.substring(i, stop).indexOf('.') >= 0) {
        IpAddress tail = stop == end && count <= 6 ? parseV4(text, i, end) : null;
        if (tail == null) {
          return null;
        }
        groups[count++] = (int) (tail.low >>> 16);
        groups[count++] = (int) (tail.low & 0xffff);
        i = end;
        break;
      }
      int group = hex(text, i, stop);
      if (group < 0 || count == 8) {
        return null;
      }
      groups[count++] = group;
      i = stop;
      if (i < end) {
        i++;
        if (i < end && text.charAt(i) == ':') {
          if (gap >= 0) {
            return null;
          }
          gap = count;
          i++;
        } else if (i == end) {
          return null;
        }
      }
    }
    if (gap < 0 ? count != 8 : count > 7) {
      return null;
    }
    return assemble(groups, count, gap);
  }

  private static IpAddress assemble(int[] groups, int count, int gap) {
    int[] all = new int[8];
    int head = gap < 0 ? count : gap;
    System.arraycopy(groups, 0, all, 0, head);
    System.arraycopy(groups, head, all, 8 - (count - head), count - head);
    long high = 0;
    long low = 0;
    for (int i = 0; i < 4; i++) {
      high = high << 16 | all[i];
      low = low << 16 | all[i + 4];
    }
    return ofV6(high, low);
  }

  private static IpAddress ofV6(long high, long low) {
    boolean mapped = high == 0 && low >>> V4_BITS == 0xffffL;
    return mapped ? new IpAddress(false, 0, low & 0xffffffffL) : new IpAddress(true, high, low);
  }

  private static int hex(String text, int from, int to) {
    if (from == to || to - from > 4) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
