using System.Globalization;
using Holdfast.Config.Ipvsadm;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Ipvsadm;

/// <summary>The kernel's connections: -L -c.</summary>
internal static class ConnectionListing
{
    /// <summary>Where the kernel lists them: one line each, addresses in hexadecimal.</summary>
    internal const string Path = "/proc/net/ip_vs_conn";

    private const int FieldsMin = 9;
    private const int FieldsWithEngine = 11;

    /// <summary>Writes them, in the kernel's order.</summary>
    /// <returns>False when not even the title can be read.</returns>
    internal static bool TryWrite(TextReader reader, TextWriter output, IpvsadmOptionSet options)
    {
        if (reader.ReadLine() is null)
        {
            return false;
        }
        bool hasEngine = options.Has(IpvsadmOption.PersistentConnections);
        bool isNumeric = options.Has(IpvsadmOption.Numeric);
        WriteTitle(output, hasEngine);
        while (reader.ReadLine() is { } line)
        {
            WriteLine(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, hasEngine, isNumeric);
        }
        return true;
    }

    /// <summary>Writes connections of the xdp plane, in its order.</summary>
    internal static void Write(
        IEnumerable<ObservedConnection> connections, TextWriter output, IpvsadmOptionSet options)
    {
        bool isNumeric = options.Has(IpvsadmOption.Numeric);
        WriteTitle(output, options.Has(IpvsadmOption.PersistentConnections));
        foreach (ObservedConnection connection in connections)
        {
            byte protocol = (byte)connection.Protocol;
            int seconds = (int)connection.Expires.TotalSeconds;
            WriteEntry(output, connection.Protocol.ToString().ToUpperInvariant(), seconds, connection.State,
                EndpointText.Of(connection.Client, connection.ClientPort, protocol, isNumeric),
                EndpointText.Of(connection.Address, connection.Port, protocol, isNumeric));
            output.Write(EndpointText.Of(connection.Server.Address, connection.Server.Port, protocol, isNumeric));
            output.Write('\n');
        }
    }

    private static void WriteTitle(TextWriter output, bool hasEngine)
    {
        output.Write("IPVS connection entries\n");
        output.Write($"pro expire {"state",-11} {"source",-18} {"virtual",-18} ");
        output.Write(hasEngine ? $"{"destination",-18} {"pe name",-16} pe_data\n" : "destination\n");
    }

    private static void WriteEntry(
        TextWriter output, string protocol, int seconds, string state, string source, string service)
    {
        string expires = string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:00}:{seconds % 60:00}");
        output.Write($"{protocol,-3} {expires,-6} {state,-11} {source,-18} {service,-18} ");
    }

    // pro from port to port dest port state expires [engine data]
    private static void WriteLine(string[] fields, TextWriter output, bool hasEngine, bool isNumeric)
    {
        if (fields.Length < FieldsMin
            || !int.TryParse(fields[8], NumberStyles.Integer, CultureInfo.InvariantCulture, out int seconds))
        {
            return;
        }
        byte protocol = IpvsadmProtocols.NumberOf(fields[0]);
        string source = Endpoint(fields[1], fields[2], protocol, isNumeric);
        string service = Endpoint(fields[3], fields[4], protocol, isNumeric);
        string server = Endpoint(fields[5], fields[6], protocol, isNumeric);
        WriteEntry(output, fields[0], seconds, fields[7], source, service);
        output.Write(hasEngine && fields.Length >= FieldsWithEngine
            ? $"{server,-16} {fields[9],-18} {fields[10]}\n" : $"{server}\n");
    }

    private static string Endpoint(string address, string port, byte protocol, bool isNumeric)
    {
        _ = ushort.TryParse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ushort number);
        IpAddress parsed;
        if (address.Contains(':', StringComparison.Ordinal))
        {
            _ = IpAddress.TryParse(address, out parsed);
        }
        else
        {
            _ = uint.TryParse(address, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint bits);
            parsed = IpAddress.V4(bits);
        }
        return EndpointText.Of(parsed, number, protocol, isNumeric);
    }
}
