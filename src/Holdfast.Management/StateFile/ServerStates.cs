using System.Globalization;
using Holdfast.Balancing.Servers;
using Holdfast.Management.Commands;
using Holdfast.Proxy.Options;

namespace Holdfast.Management.StateFile;

/// <summary>The states of servers as text: what state files hold, and what a process leaves to the next.</summary>
/// <remarks>
/// The form is that of <c>show servers state</c>, version 1. A server is found by the names of its backend and its own.
/// What does not fit, a line of another version or an unknown server, is left out: a file that is old must not keep a
/// proxy from starting.
/// </remarks>
public static class ServerStates
{
    private const int FieldsMin = 19;
    private const int BackendName = 1;
    private const int ServerName = 3;
    private const int OperationalState = 5;
    private const int AdministrativeState = 6;
    private const int UserWeight = 7;
    private const int InitialWeight = 8;
    private const int Health = 12;
    private const int ForcedMaintenance = 1;
    private const int ForcedDrain = 8;

    /// <summary>All servers of a process.</summary>
    public static string Write(ManagedProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        (string header, Func<ManagedProxy, IEnumerable<string>> lines) = ServerStateLines.All(process);
        return header + string.Concat(process.Proxies.Where(static one => one.Backend is not null).SelectMany(lines));
    }

    /// <summary>Options whose servers begin as a text says.</summary>
    /// <param name="options">What the file says.</param>
    /// <param name="text">The states.</param>
    /// <param name="isWanted">Which backends take them, by name.</param>
    public static ProxyOptions Recall(ProxyOptions options, string text, Func<string, bool> isWanted)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(isWanted);
        Dictionary<(string, string), string[]> lines = Read(text);
        return lines.Count == 0 ? options : options with
        {
            Backends = [.. options.Backends.Select(backend => !isWanted(backend.Name) ? backend : backend with
            {
                Servers = [.. backend.Servers.Select(server
                    => lines.TryGetValue((backend.Name, server.Name), out string[]? fields)
                        ? server with { Recalled = Of(server, fields) ?? server.Recalled } : server)],
            })],
        };
    }

    private static Dictionary<(string, string), string[]> Read(string text)
    {
        var found = new Dictionary<(string, string), string[]>();
        string[] lines = text.Split('\n');
        if (lines[0].Trim() != "1")
        {
            return found;
        }
        foreach (string line in lines.Skip(1).Where(static line => line.Length > 0 && char.IsAsciiDigit(line[0])))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= FieldsMin)
            {
                found[(fields[BackendName], fields[ServerName])] = fields;
            }
        }
        return found;
    }

    private static RecalledState? Of(ServerOptions server, string[] fields)
    {
        if (!TryNumber(fields[OperationalState], (int)ServerState.Stopping, out int state)
            || !TryNumber(fields[AdministrativeState], byte.MaxValue, out int administrative)
            || !TryNumber(fields[UserWeight], 256, out int weight)
            || !TryNumber(fields[InitialWeight], 256, out int initial)
            || !TryNumber(fields[Health], int.MaxValue, out int health))
        {
            return null;
        }
        bool isIn = (administrative & ForcedMaintenance) != 0;
        AdministrativeStates will = isIn ? AdministrativeStates.Maintenance
            : (administrative & ForcedDrain) != 0 ? AdministrativeStates.Drain : AdministrativeStates.None;
        // A weight was changed against that of the file: of another file it says nothing.
        int? own = initial == server.Balancing.Weight && weight != initial ? weight : null;
        var known = isIn ? ServerState.Running : (ServerState)state;
        // One that was forced down has its old counter for a moment.
        int counter = known == ServerState.Stopped && health >= (server.Check?.Rise ?? 1) ? 0 : health;
        return new RecalledState(own, will, known == ServerState.Starting ? ServerState.Running : known, counter);
    }

    private static bool TryNumber(string text, int max, out int number)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max;
}
