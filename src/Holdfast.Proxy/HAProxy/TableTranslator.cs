using Holdfast.Balancing.Tables;
using Holdfast.Config.HAProxy.Model;

namespace Holdfast.Proxy.HAProxy;

/// <summary><c>stick-table</c> lines.</summary>
internal static class TableTranslator
{
    internal static StickTableSettings Translate(StickTableModel table) => new()
    {
        Type = table.KeyType switch
        {
            TableKeyType.Ipv6 => StickKeyType.IPv6,
            TableKeyType.Integer => StickKeyType.Integer,
            TableKeyType.Text => StickKeyType.String,
            TableKeyType.Binary => StickKeyType.Binary,
            _ => StickKeyType.IPv4,
        },
        KeyLength = table.KeyLength,
        Size = (int)Math.Clamp(table.Size, 1, int.MaxValue / 64),
        KeepsOld = table.IsNotPurged,
        Expire = table.Expire is { } expire ? TimeSpan.FromMilliseconds(expire) : null,
        // The server of a key is always stored, as in the original.
        Stored = [new StoredData(StickData.ServerId), new StoredData(StickData.ServerKey), .. table.Data
            .Where(static d => d.Name is not ("server_id" or "server_key"))
            .Select(static d => new StoredData(DataOf(d.Name), d.Count, (int)d.Period))],
    };

    private static StickData DataOf(string name)
        => Enum.Parse<StickData>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
