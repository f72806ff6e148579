package io.inmesh.instrumentation.nettyhttp2;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.LocalReply;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.InboundConnection;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Between two ends of the library, with an app that answers when the test tells it to. */
class RequestsTest {
  private static final long DELAY = TimeUnit.MILLISECONDS.toNanos(50);

  /** More than the windows of a stream and of a connection. */
  private static final int BIG = 300_000;

  private final List<Exchange.End> ends = new ArrayList<>();
  private final Peer caller = new Peer(false);
  private final Peer app = new Peer(true);
  private final Requests requests = new Requests(app.handler(), app.context());
  private boolean leaving;

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
        case "/denied" -> new Admission.Answered(reply("no"), false);
        case "/empty" -> new Admission.Answered(reply(""), false);
        case "/closed" -> new Admission.Answered(reply("no"), true);
        case "/late" -> new Admission.Delayed(DELAY, () -> new Admittance());
        case "/late-denied" ->
            new Admission.Delayed(DELAY, () -> new Admission.Answered(reply("no"), false));
        case "/untouched" -> new Admission.Untouched();
        default -> new Admittance();
      };
    }

    @Override
    public boolean opaque() {
      return false;
    }

    @Override
    public boolean acts() {
      return true;
    }

    @Override
    public void closed() {}

    private LocalReply reply(String body) {
      return new LocalReply(
          403,
          body,
          List.of(
              new LocalReply.Header("connection", "close"),
              new LocalReply.Header("content-type", "text/plain")),
          Set.of(),
          "",
          LocalReply.Cause.NONE);
    }
  }

  private final class Admittance implements Admission.Admitted {
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

  @BeforeEach
  void connect() {
    requests.listen();
    app.channel().attr(Requests.CONNECTION).set(new Policy());
    exchange();
  }

  @AfterEach
  void close() {
    caller.channel().finishAndReleaseAll();
    app.channel().finishAndReleaseAll();
  }

  private void exchange() {
    caller.exchange(app);
  }

  private void get(int stream, String path) {
    caller.headers(stream, head(path), true);
    exchange();
  }

  private void post(int stream, String path, int length) {
    caller.headers(stream, head(path), false);
    caller.data(stream, length, true);
    exchange();
  }

  private static Http2Headers head(String path) {
    return new DefaultHttp2Headers().path(path).add("x-forged", "2");
  }

  private void answer(int stream, Http2Headers headers, boolean end) {
    app.headers(stream, requests.respond(stream, headers), end);
    exchange();
  }

  private static Http2Headers status(String status) {
    return new DefaultHttp2Headers().status(status);
  }

  /** Lets the delays pass that are under way. */
  private void time() throws InterruptedException {
    for (long left = app.channel().runScheduledPendingTasks();
        left > 0;
        left = app.channel().runScheduledPendingTasks()) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
    exchange();
  }

  @Test
  void theAppSeesTheHeadAsTheMeshChangedIt() {
    get(3, "/a");
    answer(3, status("200"), true);

    assertThat(app.heard()).containsExactly("3 :path=/a x-in=1 end");
    assertThat(caller.heard()).containsExactly("3 :status=200 x-out=200 end");
    assertThat(ends).containsExactly(Exchange.End.COMPLETE);
  }

  @Test
  void withoutAConnectionOfTheMeshNothingChanges() {
    app.channel().attr(Requests.CONNECTION).set(null);
    get(3, "/denied");
    answer(3, status("200"), true);

    assertThat(app.heard()).containsExactly("3 :path=/denied x-forged=2 end");
    assertThat(caller.heard()).containsExactly("3 :status=200 end");
  }

  @Test
  void whatTheMeshHasNothingToDoWithPasses() {
    post(3, "/untouched", 10);
    answer(3, status("200"), true);

    assertThat(app.heard()).containsExactly("3 :path=/untouched x-forged=2", "3 data end");
    assertThat(caller.heard()).containsExactly("3 :status=200 end");
    assertThat(ends).isEmpty();
  }

  @Test
  void aDeniedRequestIsAnsweredAndTheOthersGoOn() {
    get(3, "/denied");
    get(5, "/a");

    assertThat(caller.heard())
        .containsExactly("3 :status=403 content-type=text/plain content-length=2", "3 data end");
    assertThat(app.heard()).containsExactly("5 :path=/a x-in=1 end");
  }

  @Test
  void anAnswerMayHaveNoBody() {
    get(3, "/empty");

    assertThat(caller.heard()).containsExactly("3 :status=403 content-type=text/plain end");
  }

  @Test
  void theBodyOfADeniedRequestTakesNoRoomFromOthers() {
    for (int stream = 3; stream < 11; stream += 2) {
      post(stream, "/denied", BIG);
      assertThat(caller.heard())
          .containsExactly(
              stream + " :status=403 content-type=text/plain content-length=2",
              stream + " data end");
      assertThat(app.handler().connection().stream(stream)).isNull();
    }
    post(11, "/a", BIG);

    assertThat(app.heard()).containsExactly("11 :path=/a x-in=1", "11 data end");
  }

  @Test
  void aDelayHoldsItsOwnStreamAlone() throws InterruptedException {
    post(3, "/late", 10);
    get(5, "/a");
    assertThat(app.heard()).containsExactly("5 :path=/a x-in=1 end");
    time();

    assertThat(app.heard()).containsExactly("3 :path=/late x-in=1", "3 data end");
    answer(3, status("200"), true);
    answer(5, status("200"), true);
    assertThat(ends).containsExactly(Exchange.End.COMPLETE, Exchange.End.COMPLETE);
  }

  @Test
  void aBodyThatIsHeldWaitsAtItsSender() throws InterruptedException {
    post(3, "/late", BIG);
    assertThat(app.heard()).isEmpty();
    time();

    assertThat(app.heard()).containsExactly("3 :path=/late x-in=1", "3 data end");
  }

  @Test
  void trailersFollowTheirRequest() throws InterruptedException {
    caller.headers(3, head("/late"), false);
    caller.data(3, 10, false);
    caller.headers(3, new DefaultHttp2Headers().add("x-sum", "1"), true);
    exchange();
    time();

    assertThat(app.heard()).containsExactly("3 :path=/late x-in=1", "3 data", "3 x-sum=1 end");
  }

  @Test
  void whatIsDeniedAfterADelayIsAnswered() throws InterruptedException {
    post(3, "/late-denied", BIG);
    time();
    post(5, "/a", BIG);

    assertThat(caller.heard())
        .containsExactly("3 :status=403 content-type=text/plain content-length=2", "3 data end");
    assertThat(app.heard()).containsExactly("5 :path=/a x-in=1", "5 data end");
  }

  @Test
  void aRequestThatIsCalledOffWhileItIsHeldNeverReachesTheApp() throws InterruptedException {
    caller.headers(3, head("/late"), false);
    caller.data(3, 60_000, false);
    exchange();
    caller.reset(3);
    exchange();
    time();
    post(5, "/a", BIG);

    assertThat(ends).containsExactly(Exchange.End.CANCELLED);
    assertThat(app.heard()).containsExactly("5 :path=/a x-in=1", "5 data end");
  }

  @Test
  void aRequestThatIsCalledOffEnds() {
    get(3, "/a");
    get(5, "/a");
    answer(5, status("200"), false);
    caller.reset(3);
    caller.reset(5);
    exchange();

    assertThat(app.heard()).contains("3 reset 8", "5 reset 8");
    assertThat(ends).containsExactly(Exchange.End.CANCELLED, Exchange.End.FAILED);
  }

  @Test
  void aConnectionThatBreaksEndsWhatIsUnderWay() {
    post(3, "/late", 10);
    get(5, "/a");
    get(7, "/a");
    answer(7, status("200"), false);
    app.channel().pipeline().firstContext().close();

    assertThat(ends).containsExactlyInAnyOrder(Exchange.End.CANCELLED, Exchange.End.FAILED);
  }

  @Test
  void aResponseThatComesBeforeTheRequestHasEndedIsComplete() {
    caller.headers(3, head("/a"), false);
    exchange();
    answer(3, status("200"), true);
    assertThat(ends).contains(Exchange.End.COMPLETE);
  }

  @Test
  void anInterimResponseIsNotTheResponse() {
    get(3, "/a");
    answer(3, status("103"), false);
    answer(3, status("200"), false);
    answer(3, new DefaultHttp2Headers().add("x-sum", "1"), true);

    assertThat(caller.heard())
        .containsExactly("3 :status=103", "3 :status=200 x-out=200", "3 x-sum=1 end");
  }

  @Test
  void aResponseThatTakesNoHeadersIsReplaced() {
    get(3, "/a");
    answer(3, ReadOnlyHttp2Headers.serverHeaders(false, AsciiString.of("200")), true);

    assertThat(caller.heard()).containsExactly("3 :status=200 x-out=200 end");
  }

  @Test
  void aConnectionThatPolicyNoLongerAllowsEndsWithTheAnswer() {
    get(3, "/closed");

    assertThat(caller.heard())
        .containsExactly(
            "3 :status=403 content-type=text/plain content-length=2", "3 data end", "goaway 3");
    assertThat(app.channel().isOpen()).isFalse();
  }

  @Test
  void whatIsUnderWayIsAnsweredBeforeAConnectionEndsWithTheProcess() {
    get(3, "/a");
    get(5, "/a");
    leaving = true;
    Http2Headers last = requests.respond(3, status("200"));
    // The channel of this test runs tasks amid a write.
    exchange();
    assertThat(caller.heard()).containsExactly("goaway 5");
    app.headers(3, last, true);
    exchange();
    assertThat(caller.heard()).containsExactly("3 :status=200 x-out=200 end");
    assertThat(app.channel().isOpen()).isTrue();

    answer(5, status("200"), true);
    assertThat(caller.heard()).containsExactly("5 :status=200 x-out=200 end");
    assertThat(app.channel().isOpen()).isFalse();
  }

  @Test
  void aListenerThatIsNamedLateStandsBehind() {
    Peer late = new Peer(true);
    app.handler().decoder().frameListener(late);
    requests.listen();
    get(3, "/denied");
    get(5, "/a");

    assertThat(late.heard()).containsExactly("5 :path=/a x-in=1 end");
  }
}
