package io.inmesh.instrumentation.nettyhttp2;

import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** One request, from its head to the end of its stream. On the event loop. */
final class Request {
  private static final int FIRST_FINAL = 200;

  private enum State {
    /** Nothing is decided yet. */
    HELD,
    /** The app gets its frames. */
    THE_APPS,
    /** The mesh has answered, or the stream has ended. */
    OVER
  }

  private State state = State.HELD;
  private @Nullable Queue<HeldFrame> held;
  private Admission.@Nullable Admitted admitted;
  private boolean responded;
  private boolean reset;

  boolean isTheApps() {
    return state == State.THE_APPS;
  }

  boolean isHeld() {
    return state == State.HELD;
  }

  /** Keeps a frame until it is decided what becomes of the request. */
  void hold(HeldFrame frame) {
    if (held == null) {
      held = new ArrayDeque<>();
    }
    held.add(frame);
  }

  /** The next frame that was held; null where none is left, or nothing is decided yet. */
  @Nullable HeldFrame nextHeld() {
    return state != State.HELD && held != null ? held.poll() : null;
  }

  /**
   * The app gets it.
   *
   * @param asked null where the mesh has nothing to do with it
   * @param head changed as the app is to see it
   */
  void admit(Admission.@Nullable Admitted asked, Http2Headers head) {
    if (state == State.OVER) {
      // The caller has not waited.
      if (asked != null) {
        asked.ended(Exchange.End.CANCELLED);
      }
      return;
    }
    state = State.THE_APPS;
    admitted = asked;
    if (asked != null) {
      asked.editRequest(new Http2HeadEditor(head));
    }
  }

  /** The app does not get it. */
  void refuse() {
    state = State.OVER;
  }

  /** Whether these are the headers of the app's final response, and the first such. */
  boolean isAnsweredBy(Http2Headers headers) {
    return admitted != null && !responded && status(headers) >= FIRST_FINAL;
  }

  /** Returns what is sent instead of the head of the app's response. */
  Http2Headers respond(Http2Headers headers) {
    responded = true;
    // Apps may send one response many times, and then its headers take no more.
    Http2Headers changeable =
        headers instanceof ReadOnlyHttp2Headers
            ? new DefaultHttp2Headers(false, headers.size()).setAll(headers)
            : headers;
    if (admitted != null) {
      admitted.editResponse(status(headers), new Http2HeaderEditor(changeable));
    }
    return changeable;
  }

  /** Of trailers there is none. */
  private static int status(Http2Headers headers) {
    CharSequence status = headers.status();
    return status == null || HttpStatusClass.valueOf(status) == HttpStatusClass.UNKNOWN
        ? 0
        : Integer.parseInt(status, 0, status.length(), 10);
  }

  /** Whether the connection is to end with its response. */
  boolean isLast() {
    return admitted != null && admitted.isLast();
  }

  /** The caller has called it off. */
  void reset() {
    reset = true;
  }

  /**
   * Its stream has closed.
   *
   * @param cut before all was sent
   */
  void over(boolean cut) {
    state = State.OVER;
    if (held != null) {
      // The flow gets back by itself what a stream that has closed took of it.
      held.forEach(HeldFrame::drop);
      held = null;
    }
    if (responded) {
      ended(cut || reset ? Exchange.End.FAILED : Exchange.End.COMPLETE);
    } else {
      ended(Exchange.End.CANCELLED);
    }
  }

  void ended(Exchange.End how) {
    if (admitted != null) {
      admitted.ended(how);
    }
  }
}
