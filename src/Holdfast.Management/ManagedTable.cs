using Holdfast.Balancing.Tables;

namespace Holdfast.Management;

/// <summary>A stick table of the process.</summary>
/// <param name="Name">The name of its proxy.</param>
/// <param name="Table">Its entries.</param>
public sealed record ManagedTable(string Name, StickTable Table)
{
    /// <summary>The type of its keys, by the file's name.</summary>
    public string TypeName => Table.Settings.Type switch
    {
        StickKeyType.IPv4 => "ip",
        StickKeyType.IPv6 => "ipv6",
        StickKeyType.Integer => "integer",
        StickKeyType.String => "string",
        _ => "binary",
    };
}
