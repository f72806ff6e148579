package io.inmesh.instrumentation.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.InboundMesh;
import io.inmesh.instrumentation.api.Timers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An accepted channel until its first bytes have told, with a mesh that the test speaks for. */
class AcceptHandlerTest {
  private final List<String> events = new ArrayList<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final Connection connection = new Connection();
  private boolean captured = true;
  private Runnable closer = () -> {};
  private @Nullable EmbeddedChannel channel;

  /** Passes what begins with {@code pass}, closes what begins with {@code close}. */
  private final class Connection implements InboundConnection {
    private boolean acts = true;
    private boolean opaque = true;
    private boolean closed;
    private boolean looksAtBytes = true;

    @Override
    public Verdict look(ByteBuffer received) {
      String text = StandardCharsets.US_ASCII.decode(received.duplicate()).toString();
      events.add("look " + text);
      if (!looksAtBytes || text.startsWith("pass")) {
        return new Verdict.Pass();
      }
      return text.startsWith("close") ? new Verdict.Close("asked to") : new Verdict.More();
    }

    @Override
    public boolean secured(SSLSession session) {
      return true;
    }

    @Override
    public Admission admit(RequestHead head, String module) {
      return new Admission.Untouched();
    }

    @Override
    public boolean opaque() {
      return opaque;
    }

    @Override
    public boolean acts() {
      return acts;
    }

    @Override
    public void closed() {
      closed = true;
    }
  }

  private final class Mesh implements InboundMesh {
    @Override
    public boolean acts() {
      return true;
    }

    @Override
    public @Nullable InboundConnection accepted(
        InetSocketAddress local, InetSocketAddress remote, Set<String> spoken, Runnable close) {
      closer = close;
      return captured ? connection : null;
    }

    @Override
    public CompletionStage<?> ready() {
      return ready;
    }

    @Override
    public Timers timers() {
      return (nanos, task) -> () -> {};
    }
  }

  /** Speaks first when it is added, as gRPC does, and when it is active. */
  private final class App extends ChannelInboundHandlerAdapter {
    private @Nullable ChannelFuture greeting;
    private boolean asksWhenActive;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      greeting = context.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      events.add("active");
      if (asksWhenActive) {
        context.read();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      events.add("inactive");
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      events.add("read " + bytes.toString(StandardCharsets.US_ASCII));
      bytes.release();
    }
  }

  /** With the addresses of a socket. */
  private static final class Accepted extends EmbeddedChannel {
    Accepted(ChannelHandler... handlers) {
      super(handlers);
    }

    @Override
    protected SocketAddress localAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
    }
  }

  private final App app = new App();

  private EmbeddedChannel accept(ChannelHandler... handlers) {
    EmbeddedChannel accepted = new Accepted(handlers);
    channel = accepted;
    return accepted;
  }

  private EmbeddedChannel accept() {
    return accept(new AcceptHandler(new Mesh()), app);
  }

  private static void send(EmbeddedChannel to, String text) {
    to.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  @AfterEach
  void end() {
    if (channel != null) {
      channel.finishAndReleaseAll();
    }
  }

  @Test
  void theAppLearnsOfAConnectionWhenItIsDecided() {
    ready.complete(null);
    EmbeddedChannel accepted = accept();
    send(accepted, "pa");
    assertThat(events).containsExactly("look ", "look pa");
    assertThat(accepted.<Object>readOutbound()).as("what it wrote is held").isNull();

    send(accepted, "ss!");
    assertThat(events).containsExactly("look ", "look pa", "look pass!", "active", "read pass!");
    ByteBuf greeting = accepted.readOutbound();
    assertThat(greeting.toString(StandardCharsets.US_ASCII)).isEqualTo("hello");
    greeting.release();
    assertThat(accepted.pipeline().get(AcceptHandler.NAME)).isNull();

    send(accepted, "more");
    assertThat(events).endsWith("read more");
  }

  @Test
  void theGoodbyeOfAnAppThatKnowsNothingIsNotWaitedFor() {
    ready.complete(null);
    EmbeddedChannel accepted =
        accept(
            new AcceptHandler(new Mesh()),
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void close(ChannelHandlerContext context, ChannelPromise promise) {
                context
                    .writeAndFlush(Unpooled.copiedBuffer("goodbye", StandardCharsets.US_ASCII))
                    .addListener(said -> context.close(promise));
              }
            });
    send(accepted, "pa");
    closer.run();

    assertThat(accepted.isOpen()).isFalse();
    assertThat(accepted.<Object>readOutbound()).isNull();
  }

  @Test
  void whatIsClosedTheAppNeverSees() {
    ready.complete(null);
    EmbeddedChannel accepted = accept();
    send(accepted, "close");

    assertThat(events).containsExactly("look ", "look close");
    assertThat(accepted.isOpen()).isFalse();
    assertThat(Objects.requireNonNull(app.greeting).cause())
        .isInstanceOf(ClosedChannelException.class);
    assertThat(connection.closed).isTrue();
  }

  @Test
  void whatBreaksBeforeItIsDecidedTheAppNeverSees() {
    ready.complete(null);
    EmbeddedChannel accepted = accept();
    send(accepted, "pa");
    accepted.pipeline().fireExceptionCaught(new IOException("Connection reset"));

    accepted.checkException();
    assertThat(events).containsExactly("look ", "look pa");
    assertThat(accepted.isOpen()).isFalse();
    assertThat(connection.closed).isTrue();
  }

  @Test
  void whatIsOnlyObservedIsLookedAtAsItPasses() {
    connection.acts = false;
    connection.opaque = false;
    EmbeddedChannel accepted = accept();
    assertThat(events)
        .as("nothing is waited for, not even a configuration")
        .containsExactly("active");
    ByteBuf greeting = accepted.readOutbound();
    greeting.release();

    send(accepted, "close");
    send(accepted, "more");
    assertThat(events).containsExactly("active", "look close", "read close", "read more");
    assertThat(accepted.isOpen()).isTrue();
    assertThat(accepted.pipeline().get(ObserveHandler.NAME)).isNull();
    assertThat(accepted.pipeline().get(AcceptHandler.NAME)).isNull();
  }

  @Test
  void aServerThatSpeaksFirstDoesNotWait() {
    ready.complete(null);
    connection.looksAtBytes = false;
    EmbeddedChannel accepted = accept();

    assertThat(events).containsExactly("look ", "active");
    ByteBuf greeting = accepted.readOutbound();
    assertThat(greeting.readableBytes()).isEqualTo(5);
    greeting.release();
  }

  @Test
  void whatTheMeshHasNothingToDoWithIsTheAppsAtOnce() {
    captured = false;
    EmbeddedChannel accepted = accept();
    send(accepted, "a");

    assertThat(events).containsExactly("active", "read a");
  }

  @Test
  void aConnectionIsHeldUntilTheMeshIsReady() {
    EmbeddedChannel accepted = accept();
    assertThat(events).isEmpty();

    ready.complete(null);
    accepted.runPendingTasks();
    send(accepted, "pass");

    assertThat(events).containsExactly("look ", "look pass", "active", "read pass");
  }

  @Test
  void bytesWaitForAnAppThatAsksForEachRead() {
    ready.complete(null);
    EmbeddedChannel asking =
        accept(
            new ChannelInitializer<EmbeddedChannel>() {
              @Override
              protected void initChannel(EmbeddedChannel made) {
                made.config().setAutoRead(false);
                made.pipeline().addLast(new AcceptHandler(new Mesh()), app);
              }
            });
    send(asking, "pass");
    assertThat(events).containsExactly("look ", "look pass", "active");

    asking.read();
    assertThat(events).endsWith("read pass");
  }

  @Test
  void whereNobodySeesRequestsPolicyMayCloseIt() {
    ready.complete(null);
    connection.opaque = false;
    app.asksWhenActive = true;
    EmbeddedChannel accepted = accept();
    send(accepted, "pass");

    assertThat(events).doesNotContain("read pass");
    assertThat(accepted.isOpen()).isFalse();
  }

  @Test
  void whereAModuleSeesRequestsItStays() {
    ready.complete(null);
    connection.opaque = false;
    EmbeddedChannel accepted = accept();
    accepted.attr(AttributeKey.<Boolean>valueOf(Admission.class.getName())).set(true);
    send(accepted, "pass");

    assertThat(events).endsWith("read pass");
    assertThat(accepted.isOpen()).isTrue();
  }

  @Test
  void aHandlerThatTheAppPutsFirstComesAfterIt() {
    ready.complete(null);
    EmbeddedChannel accepted =
        accept(
            new AcceptHandler(new Mesh()),
            new ChannelInitializer<EmbeddedChannel>() {
              @Override
              protected void initChannel(EmbeddedChannel made) {
                made.pipeline().addFirst("tls-of-the-app", new ChannelInboundHandlerAdapter());
              }
            },
            app);

    assertThat(accepted.pipeline().first()).isInstanceOf(AcceptHandler.class);
    assertThat(accepted.<Object>readOutbound()).as("what it wrote is held").isNull();
    send(accepted, "pass");
    assertThat(events).endsWith("read pass");
  }
}
