package io.inmesh.instrumentation.nettyhttp2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;

/** One end of a connection, which writes down what it hears. */
final class Peer extends Http2EventAdapter {
  private final Http2ConnectionHandler handler;
  private final EmbeddedChannel channel;
  private final List<String> heard = new ArrayList<>();

  Peer(boolean server) {
    handler = new Http2ConnectionHandlerBuilder().server(server).frameListener(this).build();
    channel = new EmbeddedChannel(handler);
  }

  Http2ConnectionHandler handler() {
    return handler;
  }

  EmbeddedChannel channel() {
    return channel;
  }

  ChannelHandlerContext context() {
    return channel.pipeline().context(handler);
  }

  /** What it has heard since it was asked last. */
  List<String> heard() {
    List<String> now = List.copyOf(heard);
    heard.clear();
    return now;
  }

  /** Bytes go to and fro until neither has any. */
  void exchange(Peer other) {
    boolean any = true;
    while (any) {
      channel.runPendingTasks();
      other.channel.runPendingTasks();
      any = sendTo(other);
      any |= other.sendTo(this);
    }
  }

  private boolean sendTo(Peer other) {
    boolean any = false;
    for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
      if (other.channel.isOpen()) {
        any = true;
        other.channel.writeInbound(sent);
      } else {
        sent.release();
      }
    }
    return any;
  }

  void headers(int stream, Http2Headers headers, boolean end) {
    handler.encoder().writeHeaders(context(), stream, headers, 0, end, context().newPromise());
    handler.flush(context());
  }

  void data(int stream, int length, boolean end) {
    ByteBuf zeros = Unpooled.wrappedBuffer(new byte[length]);
    handler.encoder().writeData(context(), stream, zeros, 0, end, context().newPromise());
    handler.flush(context());
  }

  void reset(int stream) {
    handler.resetStream(context(), stream, 8, context().newPromise());
    handler.flush(context());
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int stream,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end) {
    onHeadersRead(context, stream, headers, padding, end);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean end) {
    StringBuilder line = new StringBuilder().append(stream);
    headers.forEach(
        header -> line.append(' ').append(header.getKey()).append('=').append(header.getValue()));
    heard.add(line + (end ? " end" : ""));
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean end) {
    String line = stream + " data";
    // In how many frames they come is no matter.
    if (heard.isEmpty() || !heard.get(heard.size() - 1).equals(line)) {
      heard.add(line);
    }
    if (end) {
      heard.set(heard.size() - 1, line + " end");
    }
    return data.readableBytes() + padding;
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext context, int stream, long code) {
    heard.add(stream + " reset " + code);
  }

  @Override
  public void onGoAwayRead(ChannelHandlerContext context, int last, long code, ByteBuf debug) {
    heard.add("goaway " + last);
  }
}
