package io.inmesh.instrumentation.grpc;

import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.LoadBalancer.Helper;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.util.ForwardingLoadBalancerHelper;
import io.inmesh.engine.Decision;
import io.inmesh.instrumentation.api.Mesh;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a channel and its load balancer. What names an endpoint is sent there, over a
 * subchannel made for it when it is first needed; all else is balanced as the app has chosen. Runs
 * in the channel's synchronization context but for {@link #pick}, which any thread calls.
 */
final class MeshHelper extends ForwardingLoadBalancerHelper {
  private static final long UNUSED_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Mesh mesh;
  private final Internals internals;
  private final Helper channel;
  private final Map<String, LabelledSubchannel> labelled = new ConcurrentHashMap<>();
  private final List<PatientSubchannel> patient = new ArrayList<>();
  private @Nullable SubchannelPicker picker;
  private ConnectivityState state = ConnectivityState.CONNECTING;
  private volatile boolean balances;
  private boolean closed;

  MeshHelper(
      Mesh mesh, Internals internals, Headers headers, Destination destination, Helper channel) {
    this.mesh = mesh;
    this.internals = internals;
    this.channel = channel;
    GrpcRequestHead probe = GrpcRequestHead.probe(headers, destination, channel.getAuthority());
    // Calls of a meshed channel seldom need what the app's policy would connect to.
    this.balances = mesh.route(probe) instanceof Decision.Passthrough;
    publish();
  }

  @Override
  protected Helper delegate() {
    return channel;
  }

  @Override
  public void updateBalancingState(ConnectivityState newState, SubchannelPicker newPicker) {
    state = newState;
    picker = newPicker;
    publish();
  }

  @Override
  public Subchannel createSubchannel(CreateSubchannelArgs args) {
    Subchannel made = channel.createSubchannel(args);
    return balances ? made : new PatientSubchannel(made, this);
  }

  /** A subchannel of the app's policy would connect now; whether it may. */
  boolean mayConnect(PatientSubchannel subchannel) {
    if (!balances && !patient.contains(subchannel)) {
      patient.add(subchannel);
    }
    return balances;
  }

  /** A subchannel of the app's policy is of no more use to it. */
  void forget(PatientSubchannel subchannel) {
    patient.remove(subchannel);
  }

  /** Finds a connection. */
  PickResult pick(PickSubchannelArgs args, @Nullable SubchannelPicker ofTheApp) {
    Aim aim = args.getCallOptions().getOption(Aim.KEY);
    if (aim == null) {
      if (!balances) {
        getSynchronizationContext().execute(this::balance);
      }
      return ofTheApp == null ? PickResult.withNoResult() : ofTheApp.pickSubchannel(args);
    }
    LabelledSubchannel known = labelled.get(aim.label());
    if (known == null) {
      getSynchronizationContext().execute(() -> open(aim));
      known = labelled.get(aim.label());
    }
    return known == null ? PickResult.withNoResult() : known.pick(aim);
  }

  /** The state of a labelled subchannel has changed: those that wait look again. */
  void publish() {
    // A channel into a sidecar is connected at all times.
    ConnectivityState seen = balances ? state : ConnectivityState.READY;
    SubchannelPicker ofTheApp = picker;
    channel.updateBalancingState(
        seen,
        new SubchannelPicker() {
          @Override
          public PickResult pickSubchannel(PickSubchannelArgs args) {
            return pick(args, ofTheApp);
          }
        });
  }

  /** Forgets a subchannel. */
  void remove(LabelledSubchannel subchannel) {
    labelled.remove(subchannel.label(), subchannel);
  }

  /** The load balancer ends, and with it its subchannels. */
  void close() {
    closed = true;
    labelled.values().forEach(LabelledSubchannel::shutdown);
    labelled.clear();
  }

  private void balance() {
    if (balances || closed) {
      return;
    }
    balances = true;
    patient.forEach(Subchannel::requestConnection);
    patient.clear();
    publish();
  }

  private void open(Aim aim) {
    if (closed || labelled.containsKey(aim.label())) {
      return;
    }
    for (LabelledSubchannel old : labelled.values()) {
      if (old.isUnused(UNUSED_NANOS)) {
        remove(old);
        old.shutdown();
      }
    }
    LabelledSubchannel made = new LabelledSubchannel(mesh, internals, this, aim);
    labelled.put(aim.label(), made);
    made.start();
    // Who picked from within this context, or while another thread was in it, has not seen it yet.
    publish();
  }
}
