package io.inmesh.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows the certificate of the moment in each new handshake, so that a renewed certificate needs no
 * new context. Thread-safe.
 */
public final class CredentialsKeyManager extends X509ExtendedKeyManager {
  private final Supplier<Optional<Credentials>> current;

  // A handshake asks for the chain and then for the key: both must belong together, though they
  // change in between.
  private @Nullable Credentials latest;
  private @Nullable Credentials before;

  /**
   * @param current empty shows nothing
   */
  public CredentialsKeyManager(Supplier<Optional<Credentials>> current) {
    this.current = current;
  }

  @SuppressWarnings("ReferenceEquality")
  private synchronized @Nullable String alias(String... keyTypes) {
    Credentials now = current.get().orElse(null);
    if (now == null) {
      return null;
    }
    String algorithm = now.key().getAlgorithm();
    for (String type : keyTypes) {
      // JSSE says EC, EC_EC or EC_RSA for keys on curves.
      if (type.equals(algorithm) || type.startsWith(algorithm + "_")) {
        if (latest != now) {
          before = latest;
          latest = now;
        }
        return name(now);
      }
    }
    return null;
  }

  private static String name(Credentials shown) {
    return shown.certificate().getSerialNumber().toString(16);
  }

  private synchronized @Nullable Credentials named(@Nullable String alias) {
    Credentials first = latest;
    if (first != null && name(first).equals(alias)) {
      return first;
    }
    Credentials second = before;
    return second != null && name(second).equals(alias) ? second : null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyType);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return getServerAliases(keyType, issuers);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = alias(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
    Credentials shown = named(alias);
    return shown == null ? null : shown.chain().toArray(new X509Certificate[0]);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
    Credentials shown = named(alias);
    return shown == null ? null : shown.key();
  }
}
