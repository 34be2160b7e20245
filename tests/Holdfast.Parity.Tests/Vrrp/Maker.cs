namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Whose program a router runs.</summary>
public enum Maker
{
    /// <summary>Ours.</summary>
    Holdfast,

    /// <summary>keepalived 2.2.7.</summary>
    Original,
}
