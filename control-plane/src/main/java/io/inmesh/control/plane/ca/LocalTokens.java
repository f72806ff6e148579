package io.inmesh.control.plane.ca;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.Set;

/**
 * Tokens of service accounts for local use, {@code NAMESPACE.ACCOUNT.jwt} in a folder, signed with
 * a key that only this process has. Thread-safe.
 */
final class LocalTokens {
  private static final String ISSUER = "inmesh";
  private static final String AUDIENCE = "istio-ca";
  private static final String KEY_ID = "local";

  /** How long a token is good; it is written anew at half of that. */
  static final Duration LIFE = Duration.ofHours(1);

  private final Path folder;
  private final InstantSource clock;
  private final ECKey key;

  /** A service account. */
  record Account(String namespace, String name) {
    private static boolean isName(String text) {
      return text.matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
    }

    Account {
      // They become names of files.
      if (!isName(namespace) || !isName(name)) {
        throw new IllegalArgumentException("no service account: " + namespace + "/" + name);
      }
    }
  }

  LocalTokens(Path folder, InstantSource clock) throws IOException {
    this.folder = folder;
    this.clock = clock;
    try {
      key = new ECKeyGenerator(Curve.P_256).keyID(KEY_ID).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("this JVM cannot make a key on P-256", e);
    }
    Files.createDirectories(folder);
  }

  /** What believes them. */
  JwtRule rule() {
    return JwtRule.of(ISSUER, Set.of(AUDIENCE), new JWKSet(key.toPublicJWK()));
  }

  /** Writes a fresh token for each. */
  void write(Collection<Account> accounts) throws IOException {
    for (Account account : accounts) {
      CaMaterial.write(
          folder.resolve(account.namespace() + "." + account.name() + ".jwt"),
          token(account),
          true);
    }
  }

  String token(Account account) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(KEY_ID).build(),
              new JWTClaimsSet.Builder()
                  .issuer(ISSUER)
                  .audience(AUDIENCE)
                  .subject("system:serviceaccount:" + account.namespace() + ":" + account.name())
                  .issueTime(Date.from(clock.instant()))
                  .expirationTime(Date.from(clock.instant().plus(LIFE)))
                  .build());
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign a token", e);
    }
  }
}
