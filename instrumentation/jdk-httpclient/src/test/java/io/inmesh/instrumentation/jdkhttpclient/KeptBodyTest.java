package io.inmesh.instrumentation.jdkhttpclient;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.instrumentation.api.ReplayBudget;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeptBodyTest {
  private final AtomicInteger given = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();
  private final ReplayBudget budget = new ReplayBudget(1_000);

  /** Collects a body. */
  private static final class Sink implements Flow.Subscriber<ByteBuffer> {
    final StringBuilder text = new StringBuilder();
    final List<String> events = new ArrayList<>();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer part) {
      text.append(StandardCharsets.UTF_8.decode(part));
    }

    @Override
    public void onError(Throwable failure) {
      events.add("failed");
    }

    @Override
    public void onComplete() {
      events.add("complete");
    }
  }

  private KeptBody body(String... parts) {
    BodyPublisher app =
        BodyPublishers.ofByteArrays(
            java.util.Arrays.stream(parts)
                .map(part -> part.getBytes(StandardCharsets.UTF_8))
                .toList());
    return new KeptBody(
        BodyPublishers.fromPublisher(
            subscriber -> {
              given.incrementAndGet();
              app.subscribe(subscriber);
            }));
  }

  private boolean keep(KeptBody body, long limit) {
    return body.keep(limit, budget.share(), lost::incrementAndGet);
  }

  private static String read(KeptBody body) {
    Sink sink = new Sink();
    body.subscribe(sink);
    assertThat(sink.events).containsExactly("complete");
    return sink.text.toString();
  }

  @Test
  void whatWasSentCanBeSentAgain() {
    KeptBody body = body("pay ", "once");
    assertThat(keep(body, 100)).isTrue();

    assertThat(read(body)).isEqualTo("pay once");
    assertThat(body.isThere()).isTrue();
    assertThat(read(body)).isEqualTo("pay once");
    assertThat(given).hasValue(1);
    assertThat(lost).hasValue(0);
    assertThat(budget.kept()).isEqualTo(8);
    body.forget();
    assertThat(budget.kept()).isZero();
  }

  @Test
  void untilThenItIsTheAppsAlone() {
    KeptBody body = body("twice");

    assertThat(read(body)).isEqualTo("twice");
    assertThat(read(body)).isEqualTo("twice");
    assertThat(given).hasValue(2);
    assertThat(keep(body, 100)).as("it may not be there another time").isFalse();
  }

  @Test
  void whatOutgrowsTheRoutesLimitIsSentAndNotKept() {
    KeptBody body = body("pay ", "once");
    keep(body, 7);

    assertThat(read(body)).isEqualTo("pay once");
    assertThat(lost).hasValue(1);
    assertThat(body.isThere()).isFalse();
    assertThat(budget.kept()).isZero();
  }

  @Test
  void whatOutgrowsTheProcessesLimitIsSentAndNotKept() {
    budget.share().growTo(995);
    KeptBody body = body("pay ", "once");
    keep(body, 100);

    assertThat(read(body)).isEqualTo("pay once");
    assertThat(lost).hasValue(1);
    assertThat(budget.kept()).isEqualTo(995);
  }

  @Test
  void anAttemptThatBreaksOffInTheMiddleWasTheLast() {
    try (SubmissionPublisher<ByteBuffer> never = new SubmissionPublisher<>(Runnable::run, 8)) {
      KeptBody body = new KeptBody(BodyPublishers.fromPublisher(never));
      keep(body, 100);
      assertThat(body.isThere()).as("nothing is sent").isTrue();
      body.subscribe(new Sink());

      assertThat(body.isThere()).isFalse();
      assertThat(lost).hasValue(1);
      assertThat(body.isThere()).isFalse();
      assertThat(lost).as("told once").hasValue(1);
    }
  }

  @Test
  void aBodyThatTheAppCannotGiveIsNotKept() {
    try (SubmissionPublisher<ByteBuffer> app = new SubmissionPublisher<>(Runnable::run, 8)) {
      KeptBody body = new KeptBody(BodyPublishers.fromPublisher(app));
      keep(body, 100);
      Sink sink = new Sink();
      body.subscribe(sink);
      app.submit(ByteBuffer.wrap(new byte[] {'a'}));
      app.closeExceptionally(new IllegalStateException("the disk is full"));

      assertThat(sink.text).hasToString("a");
      assertThat(sink.events).containsExactly("failed");
      assertThat(lost).hasValue(1);
      assertThat(budget.kept()).isZero();
    }
  }

  @Test
  void aCopyForAMirrorIsWhole() {
    KeptBody body = body("pay ", "once");
    keep(body, 100);
    List<String> copies = new ArrayList<>();
    body.onComplete(whole -> copies.add(StandardCharsets.UTF_8.decode(whole).toString()));

    read(body);

    assertThat(copies).containsExactly("pay once");
  }

  @Test
  void itsLengthIsTheApps() {
    assertThat(new KeptBody(BodyPublishers.ofString("four")).contentLength()).isEqualTo(4);
    assertThat(body("any").contentLength()).isEqualTo(-1);
  }
}
