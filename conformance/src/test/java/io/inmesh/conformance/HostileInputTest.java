package io.inmesh.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.google.protobuf.Message;
import io.inmesh.conformance.HostileInputs.Kind;
import io.inmesh.engine.match.CompiledRegex;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Input that somebody made to hurt: bounded time and memory, and no other exception than a refusal.
 */
@Timeout(60)
class HostileInputTest {
  private static final int CHANGES_EACH = 20;
  private static final String[] PIECES = {
    "/",
    "//",
    "..",
    ".",
    "%",
    "%2",
    "%2f",
    "%2F",
    "%5c",
    "%00",
    "%41",
    "\\",
    ";",
    "a",
    "é",
    "\u0000",
    "%%",
    "%REQ(",
    "%REQ(:path?x):3%",
    ")",
    ":",
    "-1",
    "%RESP(x)%",
    "%START_TIME%",
    "{",
    "}"
  };

  private final Random random = new Random(7);

  @Test
  void resourcesWithChangedBytesAreTakenOrRefused() {
    EnvoyTypes types = new EnvoyTypes();
    List<Message> clusters = new ArrayList<>();
    List<Message> listeners = new ArrayList<>();
    for (VectorFile file : VectorFile.all(Path.of("vectors"))) {
      VectorCase first = file.cases().get(0);
      Resources resources = Resources.of(types, file.topic(), first.resources(), i -> 1);
      listeners.add(resources.listener());
      clusters.addAll(resources.clusters());
    }

    assertThat(listeners).hasSizeGreaterThan(20);
    listeners.forEach(listener -> damage(Kind.LISTENER, listener));
    clusters.forEach(cluster -> damage(Kind.CLUSTER, cluster));
  }

  private void damage(Kind kind, Message message) {
    byte[] whole = message.toByteArray();
    HostileInputs.resource(kind, whole);
    for (int i = 0; i < CHANGES_EACH && whole.length > 0; i++) {
      byte[] bytes = whole.clone();
      for (int j = random.nextInt(4); j >= 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      HostileInputs.resource(kind, bytes);
    }
  }

  @Test
  void anyPathIsNormalised() {
    for (int i = 0; i < 20_000; i++) {
      HostileInputs.path("/" + text());
    }
  }

  @Test
  void anyTextIsAFormatOrRefused() {
    for (int i = 0; i < 20_000; i++) {
      HostileInputs.format(text());
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  @Test
  void messagesNestedWithoutEndAreRefused() {
    // A listener filter chain match holds no cycle; a Struct value does: list of list of list.
    byte[] inner = {};
    for (int i = 0; i < 20_000 && inner.length < 100_000; i++) {
      inner = wrapped(wrapped(inner, 0x0a), 0x32);
    }
    byte[] deep = inner;

    HostileInputs.resource(Kind.LISTENER, deep);
    HostileInputs.resource(Kind.CLUSTER, deep);
  }

  private static byte[] wrapped(byte[] inner, int tag) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream(inner.length + 6);
    out.write(tag);
    for (int length = inner.length; ; length >>>= 7) {
      out.write(length < 0x80 ? length : (length & 0x7f) | 0x80);
      if (length < 0x80) {
        break;
      }
    }
    out.writeBytes(inner);
    return out.toByteArray();
  }

  @Test
  void expressionsRunInLinearTime() {
    CompiledRegex evil = new CompiledRegex("(a*)*(a|aa)+b");
    String long60k = "a".repeat(60_000);

    long start = System.nanoTime();
    assertThat(evil.matches(long60k)).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void aHugeExpressionIsRefusedWithTheLimitNamed() {
    for (String huge :
        List.of(
            "((a{100}){100}){4}",
            "((((a{1000}){1000}){1000}){1000}){1000}",
            "([a-z]{900}x){900}{900}",
            "(a|b)".repeat(50_000),
            "(".repeat(100_000))) {
      assertThatThrownBy(() -> new CompiledRegex(huge))
          .isInstanceOf(IllegalArgumentException.class)
          .extracting(Throwable::getMessage, STRING)
          .matches("(?s).*(32768|invalid regex).*")
          .hasSizeLessThan(500);
    }
  }
}
