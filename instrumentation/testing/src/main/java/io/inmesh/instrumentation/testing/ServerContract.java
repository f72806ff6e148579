package io.inmesh.instrumentation.testing;

/** What every HTTP server module must do. */
public abstract class ServerContract extends SecuredServerContract
    implements PeerPolicyCases, PortModeCases, ConnectionCases, AccessCases, LeavingCases {}
