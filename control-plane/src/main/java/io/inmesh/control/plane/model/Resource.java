package io.inmesh.control.plane.model;

/** One Istio resource of a supported kind. */
public sealed interface Resource
    permits ServiceEntry,
        WorkloadEntry,
        VirtualService,
        DestinationRule,
        PeerAuthentication,
        AuthorizationPolicy,
        RequestAuthentication {
  Meta meta();
}
