namespace Holdfast.Demo;

/// <summary>What <c>holdfast demo</c> was asked for.</summary>
public sealed record DemoOptions
{
    /// <summary>Name of the one scene to play; null: all, in order.</summary>
    public string? Scene { get; init; }

    /// <summary>Whether the nodes stay up after the last scene, until Ctrl-C.</summary>
    public bool Stay { get; init; }

    /// <summary>The keepalived that both nodes run; null: the link of that name beside this program.</summary>
    public string? Daemon { get; init; }

    /// <summary>
    /// Whether this is the part of the scene <c>lvs-ipvs</c> that runs inside the guest. Defaults to false.
    /// </summary>
    public bool IsGuest { get; init; }

    /// <summary>Whether to print plain lines although the output is a terminal.</summary>
    public bool Plain { get; init; }
}
