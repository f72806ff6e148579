package io.inmesh.instrumentation.okhttp;

import java.io.IOException;
import java.io.InputStream;

/**
 * Takes from a socket what it has: TLS asks for the five bytes of a record's head first and then
 * for the rest, a system call each. One reader at a time, which the TLS above sees to.
 */
final class ReadAhead extends InputStream {
  /** About as long as the longest record. */
  private static final int ROOM = 16 * 1024;

  private final InputStream socket;
  private final byte[] received = new byte[ROOM];
  private int position;
  private int limit;

  ReadAhead(InputStream socket) {
    this.socket = socket;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (position == limit) {
      if (length == 0 || length >= ROOM) {
        return socket.read(target, offset, length);
      }
      int count = socket.read(received, 0, ROOM);
      if (count < 0) {
        return count;
      }
      position = 0;
      limit = count;
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(received, position, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public int available() throws IOException {
    return limit - position + socket.available();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
