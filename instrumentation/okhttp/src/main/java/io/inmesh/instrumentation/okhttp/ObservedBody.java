package io.inmesh.instrumentation.okhttp;

import io.inmesh.instrumentation.api.Exchange;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** The response body, listened to: bytes and the end go to the record of the request. */
final class ObservedBody extends ResponseBody {
  private final ResponseBody body;
  private final BufferedSource source;

  ObservedBody(ResponseBody body, HopDriver driver, Calls calls) {
    this.body = body;
    this.source =
        Okio.buffer(new Listening(body.source(), driver, () -> calls.closed(ObservedBody.this)));
  }

  @Override
  public @Nullable MediaType contentType() {
    return body.contentType();
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public BufferedSource source() {
    return source;
  }

  private static final class Listening extends ForwardingSource {
    private final HopDriver driver;
    private final Runnable closed;

    Listening(Source source, HopDriver driver, Runnable closed) {
      super(source);
      this.driver = driver;
      this.closed = closed;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      try {
        long read = super.read(sink, byteCount);
        if (read < 0) {
          driver.ended(Exchange.End.COMPLETE);
        } else {
          driver.received(read);
        }
        return read;
      } catch (IOException e) {
        driver.ended(Exchange.End.FAILED);
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      closed.run();
      // Without effect after the end; a body closed before its end was given up by the app.
      driver.ended(Exchange.End.COMPLETE);
      super.close();
    }
  }
}
