using System.Globalization;
using Holdfast.Config.Keepalived.Model;

namespace Holdfast.Runtime.Readiness;

/// <summary>A service that must listen here for a failover to be of use: <c>#holdfast: service tcp/80</c>.</summary>
/// <param name="IsUdp">UDP; otherwise TCP.</param>
/// <param name="Port">Its port.</param>
internal readonly record struct LocalService(bool IsUdp, ushort Port)
{
    /// <summary>The key of the option.</summary>
    internal const string Key = "service";

    /// <summary>Reads <c>tcp/80</c> or <c>udp/53</c>.</summary>
    internal static bool TryParse(string text, out LocalService service)
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

    /// <summary>The services that an instance names.</summary>
    internal static LocalService[] Of(VrrpInstanceModel instance)
    {
        var services = new List<LocalService>();
        foreach (HoldfastOption option in instance.Options)
        {
            if (option.Key == Key)
            {
                foreach (string word in option.Value.Split(' '))
                {
                    if (TryParse(word, out LocalService service))
                    {
                        services.Add(service);
                    }
                }
            }
        }
        return [.. services];
    }

    /// <summary>As it is written: tcp/80.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{(IsUdp ? "udp" : "tcp")}/{Port}");
}
