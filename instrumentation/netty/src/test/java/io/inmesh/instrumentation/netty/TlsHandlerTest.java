package io.inmesh.instrumentation.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client and a server, each a pipeline of TLS and an app, with a wire that the test moves. */
class TlsHandlerTest {
  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
  private @Nullable Engines engines;
  private End client;
  private End server;

  /** What an app sees. */
  private static final class App extends ChannelInboundHandlerAdapter {
    private final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void channelActive(ChannelHandlerContext context) {
      events.add("active");
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      events.add("inactive");
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      bytes.writeBytes(ByteBufUtil.getBytes((ByteBuf) message));
      ((ByteBuf) message).release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      events.add(cause.getClass().getSimpleName());
    }
  }

  /** One end. */
  private final class End implements Handshake {
    private final App app = new App();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private boolean welcome = true;
    private @Nullable Throwable failure;
    private int handshakes;

    End(boolean isClient) {
      channel.config().setAllocator(memory);
      channel
          .pipeline()
          .addLast(app)
          .addFirst(
              TlsHandler.NAME,
              new TlsHandler(isClient ? engines().client() : engines().server(), this));
    }

    @Override
    public boolean done(SSLSession session) {
      handshakes++;
      return welcome;
    }

    @Override
    public void failed(Throwable cause) {
      failure = cause;
    }

    ChannelFuture send(byte[] bytes) {
      return channel.writeAndFlush(memory.buffer().writeBytes(bytes));
    }
  }

  @BeforeEach
  void connect() throws Exception {
    ends("TLSv1.3");
  }

  private void ends(String protocol) throws Exception {
    if (engines != null) {
      allMemoryIsGivenBack();
    }
    engines = new Engines(protocol);
    client = new End(true);
    server = new End(false);
  }

  @AfterEach
  void allMemoryIsGivenBack() {
    client.channel.close();
    server.channel.close();
    move(Integer.MAX_VALUE);
    assertThat(memory.metric().usedHeapMemory()).isZero();
    assertThat(memory.metric().usedDirectMemory()).isZero();
  }

  private Engines engines() {
    return Objects.requireNonNull(engines);
  }

  /** Moves what is on the wire in pieces until nothing is. */
  private void move(int piece) {
    boolean moved;
    do {
      moved = move(client.channel, server.channel, piece);
      moved |= move(server.channel, client.channel, piece);
    } while (moved);
  }

  private static boolean move(EmbeddedChannel from, EmbeddedChannel to, int piece) {
    from.runPendingTasks();
    ByteBuf sent = from.readOutbound();
    if (sent == null) {
      return false;
    }
    while (sent.isReadable()) {
      ByteBuf part = sent.readRetainedSlice(Math.min(piece, sent.readableBytes()));
      if (to.isOpen()) {
        to.writeInbound(part);
      } else {
        part.release();
      }
    }
    sent.release();
    return true;
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void bothEndsAreActiveAfterTheHandshakeAndNotBefore(String protocol) throws Exception {
    ends(protocol);
    assertThat(client.app.events).isEmpty();
    move(1);

    assertThat(client.app.events).containsExactly("active");
    assertThat(server.app.events).containsExactly("active");
    assertThat(client.handshakes).isEqualTo(1);
    assertThat(server.handshakes).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16_383, 16_384, 16_385, 1_000_000})
  void bytesArriveWholeBothWays(int length) {
    move(Integer.MAX_VALUE);
    ChannelFuture up = client.send(bytes(length));
    ChannelFuture down = server.send(bytes(length));
    move(5_000);

    assertThat(server.app.bytes.toByteArray()).isEqualTo(bytes(length));
    assertThat(client.app.bytes.toByteArray()).isEqualTo(bytes(length));
    assertThat(up.isSuccess()).isTrue();
    assertThat(down.isSuccess()).isTrue();
  }

  @Test
  void whatIsWrittenBeforeTheHandshakeEndsWaitsForIt() {
    ChannelFuture early = client.send(bytes(10));
    assertThat(early.isDone()).isFalse();
    move(100);

    assertThat(early.isSuccess()).isTrue();
    assertThat(server.app.bytes.toByteArray()).isEqualTo(bytes(10));
  }

  @Test
  void whatIsNotFlushedStays() {
    move(Integer.MAX_VALUE);
    ChannelFuture written = client.channel.write(memory.buffer().writeBytes(bytes(10)));
    move(Integer.MAX_VALUE);
    assertThat(written.isDone()).isFalse();

    client.channel.flush();
    move(Integer.MAX_VALUE);
    assertThat(server.app.bytes.toByteArray()).isEqualTo(bytes(10));
  }

  @Test
  void manySmallWritesShareRecords() {
    move(Integer.MAX_VALUE);
    for (int i = 0; i < 100; i++) {
      client.channel.write(memory.buffer().writeByte(i));
    }
    client.channel.flush();

    assertThat(client.channel.outboundMessages()).hasSize(1);
    move(Integer.MAX_VALUE);
    assertThat(server.app.bytes.size()).isEqualTo(100);
  }

  @Test
  void aFileArrivesBetweenOtherBytes(@TempDir Path folder) throws Exception {
    move(Integer.MAX_VALUE);
    Path file = Files.write(folder.resolve("file"), bytes(100_000));
    client.channel.write(memory.buffer().writeByte(1));
    client.channel.write(new DefaultFileRegion(file.toFile(), 0, 100_000));
    ChannelFuture last = client.channel.writeAndFlush(memory.buffer().writeByte(2));
    move(Integer.MAX_VALUE);

    byte[] arrived = server.app.bytes.toByteArray();
    assertThat(arrived).hasSize(100_002).startsWith(1).endsWith(2);
    assertThat(arrived).contains(bytes(100_000)[0], org.assertj.core.data.Index.atIndex(1));
    assertThat(last.isSuccess()).isTrue();
  }

  @Test
  void aFileThatEndsEarlyEndsTheConnection(@TempDir Path folder) throws Exception {
    move(Integer.MAX_VALUE);
    Path file = Files.write(folder.resolve("file"), bytes(10));
    ChannelFuture sent = client.channel.writeAndFlush(new DefaultFileRegion(file.toFile(), 0, 20));
    move(Integer.MAX_VALUE);

    assertThat(sent.cause()).isNotNull();
    assertThat(client.channel.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void closingSaysGoodbyeAfterAllBytes(String protocol) throws Exception {
    ends(protocol);
    move(Integer.MAX_VALUE);
    client.send(bytes(100_000));
    client.channel.close();
    move(Integer.MAX_VALUE);

    assertThat(server.app.bytes.toByteArray()).isEqualTo(bytes(100_000));
    assertThat(server.app.events).containsExactly("active", "inactive");
    assertThat(client.app.events).containsExactly("active", "inactive");
    assertThat(client.send(bytes(1)).cause()).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void whomTheServerDoesNotWantItsAppNeverSees() {
    server.welcome = false;
    move(Integer.MAX_VALUE);

    assertThat(server.app.events).isEmpty();
    assertThat(server.channel.isOpen()).isFalse();
    assertThat(client.app.events).containsExactly("active", "inactive");
  }

  @Test
  void aPeerThatSpeaksNoTlsFailsTheHandshake() {
    client.channel.writeInbound(
        Unpooled.copiedBuffer("HTTP/1.1 400 Bad Request\r\n", StandardCharsets.US_ASCII));

    assertThat(client.failure).isInstanceOf(SSLException.class).hasMessageContaining("TLS");
    assertThat(client.app.events).isEmpty();
    assertThat(client.channel.isOpen()).isFalse();
  }

  @Test
  void aRecordThatWasChangedOnTheWireEndsTheConnection() {
    move(Integer.MAX_VALUE);
    client.send(bytes(100));
    ByteBuf record = client.channel.readOutbound();
    record.setByte(50, record.getByte(50) ^ 1);
    server.channel.writeInbound(record);
    move(Integer.MAX_VALUE);

    assertThat(server.app.bytes.size()).isZero();
    assertThat(server.app.events).first().isEqualTo("active");
    assertThat(server.app.events).last().isEqualTo("inactive");
    assertThat(server.channel.isOpen()).isFalse();
  }

  @Test
  void aPeerThatGoesAwayInTheHandshakeFailsIt() {
    ChannelFuture early = client.send(bytes(1));
    client.channel.close();

    assertThat(client.failure).isNotNull();
    assertThat(early.isSuccess()).isFalse();
  }

  @Test
  void aTransportThatBreaksInTheHandshakeFailsItAndTheAppSeesNothing() {
    IOException reset = new IOException("Connection reset");
    server.channel.pipeline().fireExceptionCaught(reset);

    assertThat(server.failure).isSameAs(reset);
    assertThat(server.app.events).isEmpty();
    assertThat(server.channel.isOpen()).isFalse();
  }

  @Test
  void withoutTheHandlerNothingGoesOnInClear() {
    move(Integer.MAX_VALUE);
    client.channel.pipeline().remove(TlsHandler.NAME);

    assertThat(client.channel.isOpen()).isFalse();
  }

  @Test
  void anythingThatIsNoBytesIsRefused() {
    move(Integer.MAX_VALUE);

    assertThat(client.channel.writeAndFlush("text").cause())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
