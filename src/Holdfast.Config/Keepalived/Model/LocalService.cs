using System.Globalization;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>A service that must listen here for a failover to be of use: <c>#holdfast: service tcp/80</c>.</summary>
/// <param name="IsUdp">UDP; otherwise TCP.</param>
/// <param name="Port">Its port.</param>
public readonly record struct LocalService(bool IsUdp, ushort Port)
{
    /// <summary>The key of the option.</summary>
    public const string Key = "service";

    /// <summary>Reads <c>tcp/80</c> or <c>udp/53</c>.</summary>
    public static bool TryParse(string text, out LocalService service)
    {
        string[] parts = text.Split('/');
        bool isUdp = parts[0] == "udp";
        bool known = parts.Length == 2 && (isUdp || parts[0] == "tcp");
        service = default;
        if (!known || !ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            || port == 0)
        {
            return false;
        }
        service = new(isUdp, port);
        return true;
    }

    /// <summary>Whether a text is one or more services with a blank between.</summary>
    public static bool AreServices(string text) => text.Split(' ').All(static word => TryParse(word, out _));

    /// <summary>The services that an instance names.</summary>
    public static LocalService[] Of(VrrpInstanceModel instance)
    {
        var services = new List<LocalService>();
        foreach (HoldfastOption option in instance.Options)
        {
            foreach (string word in option.Key == Key ? option.Value.Split(' ') : [])
            {
                if (TryParse(word, out LocalService service))
                {
                    services.Add(service);
                }
            }
        }
        return [.. services];
    }

    /// <summary>As it is written: tcp/80.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{(IsUdp ? "udp" : "tcp")}/{Port}");
}
