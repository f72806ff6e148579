package io.inmesh.tls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a TLS client says before anything is encrypted, as far as Envoy's TLS inspector looks at it.
 *
 * @param serverName the SNI as it was sent, underscores and all; empty where there is none
 * @param protocols ALPN, in the client's order
 */
public record ClientHello(String serverName, List<String> protocols) {
  /** More than this nobody needs to say who is meant; Envoy's limit is the same. */
  public static final int MOST_BYTES = 16 * 1024;

  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int RECORD_HEADER = 5;
  private static final int MOST_RECORD = 16 * 1024 + 2048;
  private static final int SERVER_NAME = 0;
  private static final int ALPN = 16;
  private static final int HOST_NAME = 0;

  public ClientHello {
    protocols = List.copyOf(protocols);
  }

  /** What the first bytes of a connection are. */
  public sealed interface Result {
    /** A whole ClientHello. */
    record Found(ClientHello hello) implements Result {}

    /** Too few bytes to tell. */
    record More() implements Result {}

    /** Not TLS: these bytes are the application's own. */
    record Plain() implements Result {}

    /** It began as TLS but is none that anybody could answer. */
    record Malformed(String why) implements Result {}
  }

  /**
   * Looks at the first bytes of a connection, without taking them. The handshake message may be
   * spread over several records.
   *
   * @param received from its position to its limit; both are left as they are
   */
  public static Result look(ByteBuffer received) {
    ByteBuffer in = received.slice();
    if (in.remaining() == 0) {
      return new Result.More();
    }
    if (in.get(0) != HANDSHAKE) {
      return new Result.Plain();
    }
    if (in.remaining() < 3) {
      return in.remaining() == 2 && in.get(1) != 3 ? new Result.Plain() : new Result.More();
    }
    if (in.get(1) != 3) {
      return new Result.Plain();
    }
    byte[] message = new byte[Math.min(in.remaining(), MOST_BYTES)];
    int length = 0;
    while (in.remaining() >= RECORD_HEADER) {
      int type = in.get();
      in.getShort();
      int size = in.getShort() & 0xffff;
      if (type != HANDSHAKE || size == 0 || size > MOST_RECORD) {
        return new Result.Malformed("a record of type " + type + " and " + size + " bytes");
      }
      int here = Math.min(size, in.remaining());
      if (length + here > message.length) {
        return new Result.Malformed("more than " + MOST_BYTES + " bytes");
      }
      in.get(message, length, here);
      length += here;
      Result result = handshake(ByteBuffer.wrap(message, 0, length));
      if (!(result instanceof Result.More) || here < size) {
        return result;
      }
    }
    return new Result.More();
  }

  private static Result handshake(ByteBuffer in) {
    if (in.remaining() < 4) {
      return new Result.More();
    }
    int head = in.getInt();
    int size = head & 0xffffff;
    if (head >>> 24 != CLIENT_HELLO) {
      return new Result.Malformed("the first message is no ClientHello");
    }
    if (size > MOST_BYTES) {
      return new Result.Malformed("more than " + MOST_BYTES + " bytes");
    }
    if (in.remaining() < size) {
      return new Result.More();
    }
    try {
      return new Result.Found(hello(in.slice().limit(size)));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return new Result.Malformed("a length in it is wrong");
    }
  }

  private static ClientHello hello(ByteBuffer in) {
    skip(in, 2 + 32);
    skip(in, in.get() & 0xff);
    skip(in, in.getShort() & 0xffff);
    skip(in, in.get() & 0xff);
    String name = "";
    List<String> protocols = new ArrayList<>();
    if (in.hasRemaining()) {
      ByteBuffer extensions = part(in, in.getShort() & 0xffff);
      while (extensions.hasRemaining()) {
        int type = extensions.getShort() & 0xffff;
        ByteBuffer content = part(extensions, extensions.getShort() & 0xffff);
        if (type == SERVER_NAME && content.hasRemaining()) {
          name = serverName(part(content, content.getShort() & 0xffff));
        } else if (type == ALPN) {
          ByteBuffer list = part(content, content.getShort() & 0xffff);
          while (list.hasRemaining()) {
            protocols.add(text(part(list, list.get() & 0xff)));
          }
        }
      }
    }
    return new ClientHello(name, protocols);
  }

  private static String serverName(ByteBuffer names) {
    while (names.hasRemaining()) {
      int type = names.get();
      ByteBuffer name = part(names, names.getShort() & 0xffff);
      if (type == HOST_NAME) {
        return text(name);
      }
    }
    return "";
  }

  private static ByteBuffer part(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer part = in.slice().limit(length);
    in.position(in.position() + length);
    return part;
  }

  private static void skip(ByteBuffer in, int length) {
    part(in, length);
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.ISO_8859_1.decode(bytes).toString();
  }
}
