package io.inmesh.instrumentation.grpc;

import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.Status;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.instrumentation.api.Mesh;
import io.inmesh.instrumentation.api.WeaklyPooled;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one endpoint. Unlike the app's own it never backs off: that is for the mesh's
 * retries to decide. Runs in the channel's synchronization context but for {@link #pick}.
 */
final class LabelledSubchannel {
  private final Mesh mesh;
  private final Internals internals;
  private final MeshHelper helper;
  private final String label;
  private final Subchannel subchannel;
  private volatile Moment moment = new Moment(ConnectivityState.IDLE, 0, null);
  private volatile boolean wanted;

  /** Whom it connects to; let go then, because a label lives for as long as its host is held. */
  private volatile @Nullable LabelledHost opening;

  private volatile long usedNanos;

  /**
   * @param failures how often connecting has failed
   * @param last why it did so last
   */
  private record Moment(ConnectivityState state, int failures, @Nullable Status last) {}

  LabelledSubchannel(Mesh mesh, Internals internals, MeshHelper helper, Aim aim) {
    this.mesh = mesh;
    this.internals = internals;
    this.helper = helper;
    this.label = aim.label();
    this.usedNanos = mesh.nanoTime();
    // Past the helper, for which this would be one of the app's.
    this.subchannel =
        helper
            .delegate()
            .createSubchannel(
                CreateSubchannelArgs.newBuilder()
                    .setAddresses(new EquivalentAddressGroup(aim.address()))
                    .build());
  }

  String label() {
    return label;
  }

  void start() {
    subchannel.start(this::changed);
  }

  /** Sends an attempt out, lets it wait, or fails it. */
  PickResult pick(Aim aim) {
    if (aim.isSpent()) {
      return PickResult.withDrop(Resets.refused());
    }
    Moment now = moment;
    Status failure = now.last;
    if (failure != null && now.failures > aim.failuresBefore(this, now.failures)) {
      aim.settled();
      return PickResult.withDrop(failure);
    }
    if (now.state == ConnectivityState.READY) {
      usedNanos = mesh.nanoTime();
      aim.settled();
      return PickResult.withSubchannel(subchannel);
    }
    opening = aim.target();
    wanted = true;
    if (now.state != ConnectivityState.CONNECTING) {
      helper.getSynchronizationContext().execute(this::connect);
    }
    aim.waits();
    return PickResult.withNoResult();
  }

  /** True if it is of no more use: its label is gone, or nobody has asked for it for long. */
  boolean isUnused(long nanos) {
    return mesh.labelled(label) == null || mesh.nanoTime() - usedNanos > nanos;
  }

  /** Nothing leads to it any more: who has found it still finishes, and who asks makes another. */
  private void leave() {
    helper
        .getSynchronizationContext()
        .execute(
            () -> {
              helper.remove(this);
              shutdown();
            });
  }

  private void opened() {
    LabelledHost to = opening;
    opening = null;
    if (to != null) {
      mesh.opened(
          to,
          new WeaklyPooled<>(
              this, own -> own.moment.state != ConnectivityState.READY, LabelledSubchannel::leave));
    }
  }

  /** Ends it; calls under way go on. */
  void shutdown() {
    subchannel.shutdown();
  }

  private void connect() {
    if (moment.state == ConnectivityState.TRANSIENT_FAILURE) {
      internals.reconnect(subchannel);
    } else {
      subchannel.requestConnection();
    }
  }

  private void changed(ConnectivityStateInfo info) {
    ConnectivityState state = info.getState();
    if (state == ConnectivityState.SHUTDOWN) {
      moment = new Moment(state, 0, null);
      return;
    }
    boolean failed = state == ConnectivityState.TRANSIENT_FAILURE;
    // Taken back first: who asks from now on asks for what comes next.
    boolean asked = wanted;
    wanted = asked && state == ConnectivityState.CONNECTING;
    Moment before = moment;
    moment =
        failed
            ? new Moment(state, before.failures + 1, Resets.unreachable(info.getStatus()))
            : new Moment(state, before.failures, before.last);
    if (state == ConnectivityState.READY) {
      opened();
    }
    if (failed && !asked) {
      // The library's own next try, for which nobody has asked.
      helper.remove(this);
      shutdown();
    }
    helper.publish();
  }
}
