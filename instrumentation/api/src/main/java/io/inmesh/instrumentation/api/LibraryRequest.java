package io.inmesh.instrumentation.api;

import io.inmesh.engine.LocalReply;
import io.inmesh.engine.ResetReason;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.http.ResponseHeadView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a library module does for one request that {@link RequestDriver} drives: how an attempt is
 * sent, cut and discarded, and how a local reply looks. No method is called while a lock is held.
 *
 * @param <R> the library's response head
 */
public abstract class LibraryRequest<R> {
  /**
   * Sends one attempt, whose response head or failure is then reported once, with the same number,
   * to the driver: by events and not by a future, whose stages would be most of what a request
   * costs. What it throws counts as a failed attempt.
   */
  protected abstract void send(Host host, int number) throws IOException;

  /** Hands the app its response head; at most once, and not after {@link #fail}. */
  protected abstract void deliver(R response);

  /** Tells the app that there is no response; at most once, and not after {@link #deliver}. */
  protected abstract void fail(Throwable failure);

  /** The status of a response. */
  protected abstract int status(R response);

  /** The headers of a response. */
  protected abstract ResponseHeadView head(R response);

  /** Drops a response that the app will not see, so that its connection can be used again. */
  protected abstract void discard(R response);

  /**
   * Ends whatever an attempt is doing, its response body included. Called on the agent's timer:
   * what may run code of the app goes to an executor of the library.
   */
  protected abstract void abort(int number, IOException cause);

  /**
   * The response of an attempt, which is the one that the app gets, with the route's changes to its
   * head.
   */
  protected abstract R forward(int number, R response);

  /** A response of the library that says what the mesh answers. */
  protected abstract R reply(LocalReply reply);

  /** The headers of the app and its library, names in lower case; for copies of the request. */
  protected abstract List<LocalReply.Header> ownHeaders();

  /**
   * Gives a copy of the request's body, empty where there is none; not at all where it can be had
   * once only or is longer than {@code limit} bytes.
   */
  protected abstract void copyBody(long limit, Consumer<ByteBuffer> taker);

  /**
   * Which of Envoy's reset reasons a failure is, or null if it is not the upstream's doing (the app
   * cancelled, or the library's own limits): the app then gets the failure itself. A peer that ends
   * TLS after the handshake, as one does that refuses our certificate in TLS 1.3, terminates a
   * connection that came to be.
   *
   * @param number of the attempt that failed
   */
  protected abstract @Nullable ResetReason resetReason(int number, Throwable failure);

  /** Whether the app, or its own deadline, has called the request off. */
  protected abstract boolean isCancelled();

  /**
   * The library's own exception for a failure that Envoy would answer, for {@code failures=native}.
   */
  protected abstract IOException nativeFailure(LocalReply reply);
}
