package io.inmesh.control.client.identity;

import io.inmesh.control.client.BackOff;
import io.inmesh.control.client.ClientLog;
import io.inmesh.control.client.transport.EventThread;
import io.inmesh.control.client.transport.GrpcStream;
import io.inmesh.control.client.transport.GrpcTransport;
import io.inmesh.control.client.transport.StreamEnd;
import io.inmesh.tls.Identity;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the identity of this workload from a SPIFFE Workload API, which sends the next one in time.
 * Everything runs on the transport's thread; the methods may be called by any.
 */
public final class WorkloadApiClient implements IdentitySource {
  private static final String METHOD = "/SpiffeWorkloadAPI/FetchX509SVID";
  // Without it the API answers nobody, so that no request forged by a browser reaches it.
  private static final Map<String, String> METADATA = Map.of("workload.spiffe.io", "true");
  private static final String WHOM = "this workload";

  private final GrpcTransport transport;
  private final EventThread thread;
  private final InstantSource clock;
  private final CurrentIdentity current;
  private final BackOff backOff = new BackOff();
  private @Nullable GrpcStream stream;
  private boolean closed;

  /**
   * @param listener hears of each new identity, and of none where it has expired; on the
   *     transport's thread
   */
  public WorkloadApiClient(
      GrpcTransport transport,
      InstantSource clock,
      Consumer<Optional<Identity>> listener,
      ClientLog log) {
    this.transport = transport;
    this.thread = transport.thread();
    this.clock = clock;
    this.current = new CurrentIdentity(thread, clock, listener, log);
  }

  @Override
  public void start() {
    thread.execute(this::connect);
  }

  @Override
  public IdentityStatus status() {
    return current.status();
  }

  @Override
  public void close() {
    thread.execute(
        () -> {
          closed = true;
          current.forget();
          hangUp();
        });
  }

  private void connect() {
    if (!closed) {
      stream = transport.open(METHOD, METADATA, new Fetch());
    }
  }

  private void hangUp() {
    GrpcStream open = stream;
    stream = null;
    if (open != null) {
      open.cancel();
    }
  }

  private void again(String why) {
    hangUp();
    long wait = backOff.next();
    current.failed(WHOM, why, clock.instant().plusNanos(wait));
    thread.schedule(this::connect, wait);
  }

  /** One stream of identities. */
  private final class Fetch implements GrpcStream.Listener {
    @Override
    public void onOpen() {
      GrpcStream open = stream;
      if (open != null) {
        open.send(new byte[0]);
        open.finish();
      }
    }

    @Override
    public void onMessage(byte[] message) {
      try {
        current.accept(X509Svid.first(message, clock.instant()), Optional.empty());
        backOff.reset();
      } catch (IllegalArgumentException e) {
        again(String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void onEnd(StreamEnd end) {
      again(end.reason());
    }
  }
}
