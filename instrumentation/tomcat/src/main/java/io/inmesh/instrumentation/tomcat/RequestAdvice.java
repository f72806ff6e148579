package io.inmesh.instrumentation.tomcat;

import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.InboundMesh;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.AbstractProcessor;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.Nio2Channel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** A request on its way through Tomcat, of HTTP/1 and of HTTP/2 alike. */
final class RequestAdvice {
  /** One of the notes that Tomcat leaves to applications; a request object is used many times. */
  private static final int NOTE = 31;

  private static final int SWITCHING_PROTOCOLS = 101;

  private final InboundMesh mesh;
  private final Internals internals;

  RequestAdvice(InboundMesh mesh, Internals internals) {
    this.mesh = mesh;
    this.internals = internals;
  }

  /**
   * {@code CoyoteAdapter.service(Request, Response)}: where the container gets the request; null
   * lets it have it. Runs on the request's own thread, which may sleep.
   */
  @Nullable Object service(Object adapter, Request request, Response response) throws IOException {
    InboundConnection connection = internals.isReceived(request) ? connection(request) : null;
    if (connection == null) {
      return null;
    }
    Headers headers = new Headers(request.getMimeHeaders());
    Admission admission =
        connection.admit(new TomcatRequestHead(request, headers), TomcatModule.NAME);
    while (admission instanceof Admission.Delayed delayed) {
      sleep(delayed.nanos());
      admission = delayed.next().get();
    }
    if (admission instanceof Admission.Answered answered) {
      LocalReplies.send(answered, response);
      return Hook.Skip.VOID;
    }
    if (admission instanceof Admission.Admitted admitted) {
      request.setNote(NOTE, new Admittance(admitted));
      admitted.editRequest(new TomcatHeadEditor(request, headers));
    }
    return null;
  }

  /**
   * The connection of a request, or null where the mesh has nothing to do with it.
   *
   * @throws IOException where nobody knows any more, or ever knew, who has sent the request: a
   *     stream of HTTP/2 that waited while its connection was closed, or a connector that accepts
   *     in a way of its own, as that of APR does
   */
  private @Nullable InboundConnection connection(Request request) throws IOException {
    SocketWrapperBase<?> wrapper = internals.wrapper(request);
    Object socket = wrapper == null ? null : wrapper.getSocket();
    InboundConnection known =
        wrapper != null && socket instanceof MeshedChannel channel
            ? channel.connection(wrapper)
            : null;
    if (known == null && !isUncaptured(socket) && mesh.acts()) {
      throw new IOException("a request of a connection that the mesh does not know");
    }
    return known;
  }

  /** Whether it was let through when it was accepted, and is still there. */
  private static boolean isUncaptured(@Nullable Object socket) {
    return socket instanceof Nio2Channel
        || (socket instanceof NioChannel channel
            && !(channel instanceof MeshedChannel)
            && channel.isOpen());
  }

  private static void sleep(long nanos) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a filter delayed the request");
    }
  }

  /** {@code prepareResponse()}: right before the head of the response is written. */
  @Nullable Object responding(AbstractProcessor processor) {
    Request request = processor.getRequest();
    if (request.getNote(NOTE) instanceof Admittance admittance) {
      Response response = request.getResponse();
      if (admittance.respond(response) && response.getStatus() != SWITCHING_PROTOCOLS) {
        leave(request, response);
      }
    }
    return null;
  }

  private void leave(Request request, Response response) {
    if (TomcatRequestHead.isHttp2(request)) {
      internals.sayGoAway(request);
    } else {
      response.setHeader("Connection", "close");
    }
  }

  /** {@code Request.updateCounters()}: the request has been served, well or not. */
  @Nullable Object served(Request request) {
    return end(request, internals.cut(request) ? Exchange.End.FAILED : Exchange.End.COMPLETE);
  }

  /** {@code Request.recycle()}: the last that is heard of a request. */
  @Nullable Object recycled(Request request) {
    return end(request, Exchange.End.CANCELLED);
  }

  private static @Nullable Object end(Request request, Exchange.End how) {
    if (request.getNote(NOTE) instanceof Admittance admittance) {
      request.setNote(NOTE, null);
      admittance.end(how);
    }
    return null;
  }
}
