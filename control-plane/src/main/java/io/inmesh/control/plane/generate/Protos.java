package io.inmesh.control.plane.generate;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import java.util.Map;
import java.util.TreeMap;

/** Short forms for the protobuf values that every generated resource is full of. */
final class Protos {
  static final Duration ZERO = Duration.getDefaultInstance();

  private Protos() {}

  static Duration duration(java.time.Duration value) {
    return Duration.newBuilder().setSeconds(value.getSeconds()).setNanos(value.getNano()).build();
  }

  static Duration seconds(long value) {
    return Duration.newBuilder().setSeconds(value).build();
  }

  static UInt32Value uint32(int value) {
    return UInt32Value.of(value);
  }

  static BoolValue bool(boolean value) {
    return BoolValue.of(value);
  }

  static Any any(Message message) {
    return Any.pack(message);
  }

  static Address address(String ip, int port) {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress(ip).setPortValue(port))
        .build();
  }

  /** An address or a range of them. */
  static CidrRange cidr(String subnet) {
    int slash = subnet.indexOf('/');
    String address = slash < 0 ? subnet : subnet.substring(0, slash);
    int whole = address.contains(":") ? 128 : 32;
    return CidrRange.newBuilder()
        .setAddressPrefix(address)
        .setPrefixLen(uint32(slash < 0 ? whole : Integer.parseInt(subnet.substring(slash + 1))))
        .build();
  }

  /** Resources come over the same stream, and nothing waits for them with a timer. */
  static ConfigSource ads() {
    return ConfigSource.newBuilder()
        .setAds(AggregatedConfigSource.getDefaultInstance())
        .setInitialFetchTimeout(ZERO)
        .setResourceApiVersion(ApiVersion.V3)
        .build();
  }

  /** A percentage of 0 to 100 in millionths. */
  static FractionalPercent millionths(double percent) {
    return FractionalPercent.newBuilder()
        .setNumerator((int) Math.round(percent * 10_000))
        .setDenominator(FractionalPercent.DenominatorType.MILLION)
        .build();
  }

  static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  static Value truth(boolean value) {
    return Value.newBuilder().setBoolValue(value).build();
  }

  static Value object(Map<String, Value> fields) {
    return Value.newBuilder().setStructValue(struct(fields)).build();
  }

  /** Fields in the order of their names, so that equal content gives equal bytes. */
  static Struct struct(Map<String, Value> fields) {
    Struct.Builder out = Struct.newBuilder();
    new TreeMap<>(fields).forEach(out::putFields);
    return out.build();
  }

  /** Filter metadata {@code istio.config}: where a generated thing came from. */
  static Metadata configMetadata(String path) {
    return Metadata.newBuilder()
        .putFilterMetadata("istio", struct(Map.of("config", text(path))))
        .build();
  }
}
