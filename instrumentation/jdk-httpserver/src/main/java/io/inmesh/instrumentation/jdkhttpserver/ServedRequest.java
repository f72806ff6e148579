package io.inmesh.instrumentation.jdkhttpserver;

import com.sun.net.httpserver.Headers;
import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.InboundConnection;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request, from its head to the end of its response. Used by one thread at a time. */
final class ServedRequest {
  private final Object request;
  private final ServerRequestHead head;
  private final Headers headers;
  private @Nullable MeshAnswer answer;
  private @Nullable URI changed;
  private volatile Admission.@Nullable Admitted admitted;
  private boolean responded;

  /**
   * @param request the library's {@code Request}
   * @param line the first line, which the library has found to be one
   * @param headers as they came; what the mesh changes, it changes in there
   */
  ServedRequest(Object request, String line, Headers headers, int port) throws IOException {
    this.request = request;
    this.headers = headers;
    this.head = new ServerRequestHead(line, headers, port);
  }

  boolean isOf(Object other) {
    return request == other;
  }

  /**
   * Decides; a delay of the mesh passes on this thread, which is that of the exchange.
   *
   * @throws IOException where the connection is to be closed
   */
  void admit(InboundConnection inbound) throws IOException {
    Admission admission = inbound.admit(head, JdkHttpServerModule.NAME);
    while (admission instanceof Admission.Delayed delayed) {
      sleep(delayed.nanos());
      admission = delayed.next().get();
    }
    if (admission instanceof Admission.Answered answered) {
      answer = new MeshAnswer(answered);
    } else if (admission instanceof Admission.Admitted app) {
      admitted = app;
      ServerHeadEditor editor = new ServerHeadEditor(head, headers);
      app.editRequest(editor);
      String target = editor.changedTarget();
      try {
        changed = target == null ? null : new URI(target);
      } catch (URISyntaxException e) {
        throw new IOException("the mesh asks for a path that is none: " + target, e);
      }
    }
  }

  private static void sleep(long nanos) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the mesh delays a request");
    }
  }

  /** What the mesh answers in place of the app, or null. */
  @Nullable MeshAnswer answer() {
    return answer;
  }

  /** The URI that the app is to see, given the caller's. */
  URI uri(URI asked) {
    URI other = changed;
    return other == null ? asked : other;
  }

  /** The decoded path that the app is to see, given the caller's. */
  @Nullable String uri(@Nullable String asked) {
    URI other = changed;
    return other == null ? asked : other.getPath();
  }

  /** The response is about to be sent. */
  void respond(int status, Headers response) {
    Admission.Admitted app = admitted;
    if (app != null && !responded) {
      responded = true;
      app.editResponse(status, new ServerHeaderEditor(response));
      if (app.isLast()) {
        response.set("Connection", "close");
      }
    }
  }

  /** It is over. Any thread; only the first call counts. */
  void ended(Exchange.End how) {
    Admission.Admitted app = admitted;
    if (app != null) {
      app.ended(how);
    }
  }
}
