package io.inmesh.instrumentation.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One connection to a server, and HTTP/2 on it: a request at a time, and little answers. */
public class Http2Wire extends Wire {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;
  private static final int PRIORITY = 32;

  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private int stream = -1;

  private record Frame(int type, int flags, int stream, byte[] payload) {
    boolean has(int flag) {
      return (flags & flag) != 0;
    }
  }

  /** Speaks over this. */
  public Http2Wire(Socket socket) throws IOException {
    super(socket);
  }

  @Override
  protected void ask(String target, String... headers) throws IOException {
    ask("GET", target, new byte[0], headers);
  }

  /** Sends a request; headers are lines without their end. */
  protected final void ask(String method, String target, byte[] body, String... headers)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (stream < 0) {
      out.write(ByteBufUtil.getBytes(Http2CodecUtil.connectionPrefaceBuf()));
      out.write(frame(SETTINGS, 0, 0, new byte[0]));
    }
    stream += 2;
    int last = body.length == 0 ? END_STREAM : 0;
    out.write(frame(HEADERS, END_HEADERS | last, stream, block(method, target, headers)));
    if (last == 0) {
      out.write(frame(DATA, END_STREAM, stream, body));
    }
    send(out.toByteArray());
  }

  private byte[] block(String method, String target, String... headers) throws IOException {
    Http2Headers head =
        new DefaultHttp2Headers().method(method).scheme("http").authority("shop:8080").path(target);
    for (String header : headers) {
      int colon = header.indexOf(':');
      head.add(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).trim());
    }
    ByteBuf encoded = Unpooled.buffer();
    try {
      encoder.encodeHeaders(stream, head, encoded);
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
    return ByteBufUtil.getBytes(encoded);
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    ByteBuf frame = Unpooled.buffer(Http2CodecUtil.FRAME_HEADER_LENGTH + payload.length);
    frame.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
    return ByteBufUtil.getBytes(frame.writeBytes(payload));
  }

  @Override
  public Answer read() throws IOException {
    List<String> headers = new ArrayList<>();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Frame frame = next(); ; frame = next()) {
      if (frame.stream != stream) {
        continue;
      }
      if (frame.type == HEADERS) {
        headers.addAll(headers(frame));
      } else if (frame.type == DATA) {
        body.write(content(frame));
      } else if (frame.type == RST_STREAM) {
        throw new IOException("the server has reset the stream");
      }
      if ((frame.type == HEADERS || frame.type == DATA) && frame.has(END_STREAM)) {
        Answer head = new Answer(0, headers, new byte[0]);
        return new Answer(Integer.parseInt(head.header(":status")), headers, body.toByteArray());
      }
    }
  }

  /** The next frame; what the connection itself asks for is answered. */
  private Frame next() throws IOException {
    ByteBuf head = Unpooled.wrappedBuffer(exactly(Http2CodecUtil.FRAME_HEADER_LENGTH));
    int length = head.readUnsignedMedium();
    Frame frame =
        new Frame(
            head.readUnsignedByte(), head.readUnsignedByte(), head.readInt(), exactly(length));
    if ((frame.type == SETTINGS || frame.type == PING) && !frame.has(ACK)) {
      send(frame(frame.type, ACK, 0, frame.type == PING ? frame.payload : new byte[0]));
    }
    return frame;
  }

  private List<String> headers(Frame frame) throws IOException {
    ByteBuf content = Unpooled.wrappedBuffer(content(frame));
    List<String> headers = new ArrayList<>();
    try {
      decoder
          .decodeHeaders(frame.stream, content)
          .forEach(
              header ->
                  headers.addAll(
                      List.of(header.getKey().toString(), header.getValue().toString())));
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
    return headers;
  }

  private static byte[] content(Frame frame) {
    ByteBuf payload = Unpooled.wrappedBuffer(frame.payload);
    int padding = frame.has(PADDED) ? payload.readUnsignedByte() : 0;
    if (frame.type == HEADERS && frame.has(PRIORITY)) {
      payload.skipBytes(5);
    }
    return ByteBufUtil.getBytes(
        payload.slice(payload.readerIndex(), payload.readableBytes() - padding));
  }

  /** Frames of the connection, such as a farewell, are no answer. */
  @Override
  public boolean ended() {
    try {
      for (Frame frame = next(); frame.stream == 0; frame = next()) {
        // Of the connection.
      }
      return false;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
