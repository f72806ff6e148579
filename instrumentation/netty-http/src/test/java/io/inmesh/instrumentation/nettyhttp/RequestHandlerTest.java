package io.inmesh.instrumentation.nettyhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.LocalReply;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.InboundConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Behind the library's codec, with an app that answers when the test tells it to. */
class RequestHandlerTest {
  private static final long DELAY = TimeUnit.MILLISECONDS.toNanos(50);

  private final List<String> seen = new ArrayList<>();
  private final List<Exchange.End> ends = new ArrayList<>();
  private EmbeddedChannel channel;
  private boolean leaving;
  private boolean observed;

  /** Decides by the path. */
  private final class Policy implements InboundConnection {
    @Override
    public Verdict look(ByteBuffer received) {
      return new Verdict.Pass();
    }

    @Override
    public boolean secured(SSLSession session) {
      return true;
    }

    @Override
    public Admission admit(RequestHead head, String module) {
      return switch (head.path()) {
        case "/denied" -> new Admission.Answered(reply(), false);
        case "/closed" -> new Admission.Answered(reply(), true);
        case "/late" -> new Admission.Delayed(DELAY, () -> new Request());
        case "/late-denied" ->
            new Admission.Delayed(DELAY, () -> new Admission.Answered(reply(), false));
        case "/untouched" -> new Admission.Untouched();
        default -> new Request();
      };
    }

    @Override
    public boolean opaque() {
      return false;
    }

    @Override
    public boolean acts() {
      return !observed;
    }

    @Override
    public void closed() {}

    private LocalReply reply() {
      return new LocalReply(
          403,
          "no",
          List.of(new LocalReply.Header("content-type", "text/plain")),
          Set.of(),
          "",
          LocalReply.Cause.NONE);
    }
  }

  private final class Request implements Admission.Admitted {
    @Override
    public void editRequest(HeadEditor head) {
      head.setHeader("x-in", "1");
      head.removeHeader("x-forged");
    }

    @Override
    public void editResponse(int status, HeaderEditor headers) {
      headers.setHeader("x-out", Integer.toString(status));
    }

    @Override
    public boolean isLast() {
      return leaving;
    }

    @Override
    public void ended(Exchange.End how) {
      ends.add(how);
    }
  }

  private final class App extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request) {
        seen.add(
            request.uri()
                + " "
                + request.headers().get("x-in")
                + " "
                + request.headers().get("x-forged"));
      } else if (message instanceof HttpContent content && content.content().isReadable()) {
        seen.add(content.content().toString(StandardCharsets.US_ASCII));
      }
      ReferenceCountUtil.release(message);
    }
  }

  @BeforeEach
  void connect() {
    channel = new EmbeddedChannel(new HttpServerCodec(), new RequestHandler(), new App());
    channel.attr(RequestHandler.CONNECTION).set(new Policy());
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void send(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nhost: a\r\nx-forged: 2\r\n\r\n";
  }

  private void answer() {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    channel.writeOutbound(response);
  }

  private List<String> sent() {
    StringBuilder text = new StringBuilder();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      text.append(next.toString(StandardCharsets.US_ASCII));
      next.release();
    }
    List<String> statuses = new ArrayList<>();
    for (String line : text.toString().replace("HTTP/1.1 ", "\r\nHTTP/1.1 ").split("\r\n")) {
      if (line.startsWith("HTTP/1.1 ") || line.startsWith("x-out") || line.endsWith("close")) {
        statuses.add(line.replace("HTTP/1.1 ", ""));
      }
    }
    return statuses;
  }

  /** Lets the delays pass that are under way. */
  private void time() throws InterruptedException {
    for (long left = channel.runScheduledPendingTasks();
        left > 0;
        left = channel.runScheduledPendingTasks()) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }

  @Test
  void theAppSeesTheHeadAsTheMeshChangedIt() {
    send(get("/a?b"));
    answer();

    assertThat(seen).containsExactly("/a?b 1 null");
    assertThat(sent()).containsExactly("200 OK", "x-out: 200");
    assertThat(ends).containsExactly(Exchange.End.COMPLETE);
  }

  @Test
  void withoutAConnectionOfTheMeshNothingChanges() {
    channel.attr(RequestHandler.CONNECTION).set(null);
    send(get("/denied"));
    answer();

    assertThat(seen).containsExactly("/denied null 2");
    assertThat(sent()).containsExactly("200 OK");
  }

  @Test
  void aDeniedRequestIsAnsweredAndItsBodyDropped() {
    send("POST /denied HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc" + get("/a"));
    answer();

    assertThat(seen).containsExactly("/a 1 null");
    assertThat(sent()).containsExactly("403 Forbidden", "200 OK", "x-out: 200");
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void answersKeepTheOrderOfTheRequests() {
    send(get("/a") + get("/denied") + get("/b"));
    assertThat(seen).containsExactly("/a 1 null");
    assertThat(sent()).isEmpty();

    answer();
    assertThat(sent()).containsExactly("200 OK", "x-out: 200", "403 Forbidden");
    assertThat(seen).containsExactly("/a 1 null", "/b 1 null");
    answer();
    assertThat(sent()).containsExactly("200 OK", "x-out: 200");
  }

  @Test
  void aDelayHoldsWhatIsBehindIt() throws InterruptedException {
    send("POST /late HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc" + get("/untouched"));
    assertThat(seen).isEmpty();
    time();

    assertThat(seen).containsExactly("/late 1 null", "abc", "/untouched null 2");
    answer();
    answer();
    assertThat(sent()).containsExactly("200 OK", "x-out: 200", "200 OK");
    assertThat(ends).containsExactly(Exchange.End.COMPLETE);
  }

  @Test
  void whatIsDeniedAfterADelayIsAnsweredInOrder() throws InterruptedException {
    send(get("/late-denied") + get("/a"));
    time();

    assertThat(sent()).containsExactly("403 Forbidden");
    assertThat(seen).containsExactly("/a 1 null");
  }

  @Test
  void aConnectionThatPolicyNoLongerAllowsEndsWithTheAnswer() {
    send(get("/closed") + get("/a"));

    assertThat(sent()).containsExactly("403 Forbidden", "connection: close");
    assertThat(seen).isEmpty();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whatTheAppHasIsAnsweredBeforeAConnectionEndsWithTheProcess() {
    send(get("/a") + get("/b"));
    leaving = true;
    answer();
    assertThat(sent()).containsExactly("200 OK", "x-out: 200");
    assertThat(channel.isOpen()).isTrue();

    answer();
    assertThat(sent()).containsExactly("200 OK", "x-out: 200", "connection: close");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void halfAHeadIsNotDecidedAbout() {
    send("GET /a HTTP/1.1\r\nhost: a\r\nx: " + "y".repeat(10_000) + "\r\n\r\n");

    assertThat(seen).isEmpty();
    assertThat(sent()).containsExactly("400 Bad Request", "connection: close");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whereTheAppReadsOnDemandMoreIsReadWhenItGetsNothing() {
    AtomicInteger reads = new AtomicInteger();
    channel
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void read(ChannelHandlerContext context) {
                reads.incrementAndGet();
                context.read();
              }
            });
    channel.config().setAutoRead(false);

    send("POST /denied HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nbo");
    assertThat(reads).hasValue(1);
    send("dy");
    assertThat(reads).hasValue(2);
    send(get("/a"));
    assertThat(reads).as("the app's affair").hasValue(2);
  }

  @Test
  void whereTheMeshOnlyObservesTheAppAnswersHalfAHead() {
    observed = true;
    send("GET /a HTTP/1.1\r\nhost: a\r\nx: " + "y".repeat(10_000) + "\r\n\r\n");

    assertThat(seen).hasSize(1);
    assertThat(sent()).isEmpty();
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void aCallerThatWaitsToSendItsBodyIsNotKept() {
    send("POST /denied HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\nexpect: 100-continue\r\n\r\n");

    assertThat(sent()).containsExactly("403 Forbidden", "connection: close");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anInterimResponseIsNotTheResponse() {
    send(get("/a"));
    channel.writeOutbound(
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    assertThat(ends).isEmpty();
    answer();

    assertThat(sent()).containsExactly("100 Continue", "200 OK", "x-out: 200");
    assertThat(ends).containsExactly(Exchange.End.COMPLETE);
  }

  @Test
  void aResponseInPartsEndsWithItsLast() {
    send(get("/a"));
    channel.writeOutbound(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
    channel.writeOutbound(
        new DefaultLastHttpContent(Unpooled.copiedBuffer("a", StandardCharsets.US_ASCII)));

    assertThat(ends).containsExactly(Exchange.End.COMPLETE);
  }

  @Test
  void aResponseThatTakesNoHeadersIsReplaced() {
    send(get("/a"));
    channel.writeOutbound(
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.OK,
            Unpooled.EMPTY_BUFFER,
            new ReadOnlyHttpHeaders(false, HttpHeaderNames.CONTENT_LENGTH, "0"),
            EmptyHttpHeaders.INSTANCE));

    assertThat(sent()).containsExactly("200 OK", "x-out: 200");
  }

  @Test
  void aConnectionThatBreaksEndsWhatIsUnderWay() {
    send(get("/a") + get("/b"));
    channel.writeOutbound(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
    channel.close();

    assertThat(ends).containsExactly(Exchange.End.FAILED, Exchange.End.CANCELLED);
  }

  @Test
  void nothingIsReadWhileARequestIsHeld() throws InterruptedException {
    channel.config().setAutoRead(false);
    send(get("/late"));
    send(get("/late"));
    assertThat(seen).isEmpty();
    time();
    time();

    assertThat(seen).hasSize(2);
  }

  @Test
  void afterAnUpgradeBytesPass() {
    send(get("/a"));
    channel.writeOutbound(
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS));
    channel.pipeline().remove(HttpServerCodec.class);
    assertThat(ends).isEmpty();
    send("frame");
    channel.close();

    assertThat(ends).containsExactly(Exchange.End.COMPLETE);
  }
}
