package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.Decision;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.RouteDecision;
import io.inmesh.engine.cluster.Host;
import io.inmesh.instrumentation.api.Acquaintances;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.Mesh;
import java.io.IOException;
import java.net.ConnectException;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Routes each hop where the library is about to connect. */
final class MeshInterceptor implements Interceptor {
  private static final String MODULE = "okhttp";

  private final Mesh mesh;
  private final Internals internals;
  private final Attempts attempts;
  private final Calls calls;
  private final Acquaintances<Connection> peers = new Acquaintances<>();

  MeshInterceptor(Mesh mesh, Internals internals, Attempts attempts, Calls calls) {
    this.mesh = mesh;
    this.internals = internals;
    this.attempts = attempts;
    this.calls = calls;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    OkRequestHead head = new OkRequestHead(chain.request());
    Decision decision = mesh.route(head);
    while (decision instanceof Decision.Pending pending) {
      // The app has blocked this thread itself, in execute() or in its dispatcher.
      mesh.await(pending.need()).toCompletableFuture().join();
      decision = pending.after(mesh.route(head));
    }
    if (decision instanceof RouteDecision route) {
      return drive(route, chain, head);
    }
    if (decision instanceof LocalReply reply) {
      return LocalReplies.response(chain.request(), reply);
    }
    if (decision instanceof Decision.Refusal refusal) {
      throw new ConnectException(refusal.reason());
    }
    if (decision instanceof Decision.TcpRoute tcp) {
      return connectTo(tcp, chain);
    }
    return chain.proceed(chain.request());
  }

  private Response drive(RouteDecision decision, Chain chain, OkRequestHead head)
      throws IOException {
    RequestFlow flow = new RequestFlow(decision, head);
    RequestBody body = chain.request().body();
    if (body != null && body.isDuplex()) {
      flow.bodyNotReplayable();
    }
    Object call = internals.call(chain);
    CallerThread caller = new CallerThread();
    Exchange record = mesh.open(decision, flow, MODULE);
    HopDriver driver =
        new HopDriver(mesh, flow, record, caller, internals, attempts, peers, calls, chain, head);
    Response response;
    try {
      driver.start();
      // Only who waits needs to be woken by a cancellation; the library sees to the rest.
      response = caller.isDone() ? caller.await() : await(caller, call, driver);
    } catch (IOException | RuntimeException e) {
      driver.ended(Exchange.End.FAILED);
      throw e;
    }
    if (!(response.body() instanceof ObservedBody)) {
      // Nothing comes after the head that the mesh would hear of.
      driver.ended(Exchange.End.COMPLETE);
    }
    return response;
  }

  private Response await(CallerThread caller, Object call, HopDriver driver) throws IOException {
    calls.begin(call, driver);
    try {
      if (driver.isCancelled()) {
        driver.cancelled(new IOException("Canceled"));
      }
      return caller.await();
    } finally {
      calls.finish(call);
    }
  }

  /** L4: the app's own TLS goes to an endpoint of the cluster. */
  private Response connectTo(Decision.TcpRoute tcp, Chain chain) throws IOException {
    @Nullable Host host = mesh.pick(tcp);
    if (host == null) {
      throw new ConnectException("no healthy upstream in " + tcp.clusterName());
    }
    Object call = internals.call(chain);
    attempts.aim(mesh.labelled(host, chain.request().url().host()), internals.client(call));
    try {
      internals.prepare(call, chain.request(), chain, true, false);
    } finally {
      attempts.release();
    }
    return chain.proceed(chain.request());
  }
}
