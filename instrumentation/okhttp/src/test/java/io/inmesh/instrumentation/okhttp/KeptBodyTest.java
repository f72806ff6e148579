package io.inmesh.instrumentation.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.inmesh.instrumentation.api.ReplayBudget;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.ForwardingSink;
import okio.Okio;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeptBodyTest {
  private final ReplayBudget budget = new ReplayBudget(100);
  private int lost;

  @Test
  void whatTheAppCanWriteOnceIsSentAgain() throws IOException {
    KeptBody body = kept(new Once("order 66"), 10);

    assertThat(written(body)).isEqualTo("order 66");
    assertThat(written(body)).isEqualTo("order 66");
    assertThat(written(body)).isEqualTo("order 66");
    assertThat(lost).isZero();
  }

  @Test
  void aBodyBeyondTheLimitOfItsRouteIsSentOnce() throws IOException {
    KeptBody body = kept(new Once("order 66"), 7);

    assertThat(written(body)).isEqualTo("order 66");
    assertThat(lost).isOne();
    assertThat(budget.kept()).isZero();
    assertThatIllegalStateException().isThrownBy(() -> written(body));
  }

  @Test
  void aBodyThatTheProcessHasNoRoomForIsSentOnce() throws IOException {
    assertThat(budget.share().growTo(95)).isTrue();
    KeptBody body = kept(new Once("order 66"), 10);

    assertThat(written(body)).isEqualTo("order 66");
    assertThat(lost).isOne();
    assertThat(budget.kept()).isEqualTo(95);
  }

  @Test
  void aBodyWhoseWritingFailsCannotBeSentAgain() {
    String big = "x".repeat(20_000);
    KeptBody body =
        new KeptBody(new Once(big), 50_000, new ReplayBudget(50_000).share(), () -> lost++);
    BufferedSink broken =
        Okio.buffer(
            new ForwardingSink(new Buffer()) {
              @Override
              public void write(Buffer source, long count) throws IOException {
                throw new IOException("reset");
              }
            });

    assertThatIOException().isThrownBy(() -> body.writeTo(broken)).withMessage("reset");
    assertThat(lost).isOne();
  }

  @Test
  void nothingIsKeptOnceTheRequestIsAnswered() throws IOException {
    KeptBody body = kept(new Once("order 66"), 10);
    assertThat(written(body)).isEqualTo("order 66");

    body.forget();

    assertThat(budget.kept()).isZero();
    assertThat(lost).isZero();
  }

  private KeptBody kept(RequestBody body, long limit) {
    return new KeptBody(body, limit, budget.share(), () -> lost++);
  }

  private static String written(RequestBody body) throws IOException {
    Buffer out = new Buffer();
    body.writeTo(out);
    return out.readUtf8();
  }

  /** Can be written once. */
  private static final class Once extends RequestBody {
    private final String text;
    private boolean written;

    Once(String text) {
      this.text = text;
    }

    @Override
    public @Nullable MediaType contentType() {
      return null;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      if (written) {
        throw new IllegalStateException("written twice");
      }
      written = true;
      sink.writeUtf8(text);
    }
  }
}
