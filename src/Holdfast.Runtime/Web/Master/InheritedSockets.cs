using System.Collections.Immutable;
using System.Globalization;

namespace Holdfast.Runtime.Web.Master;

/// <summary>Listening sockets that a program before left us: their numbers are in a variable, as "6;7;".</summary>
public static class InheritedSockets
{
    /// <summary>The variable, nginx's own name for it.</summary>
    public const string Variable = "NGINX";

    /// <summary>The first number that we give.</summary>
    internal const int First = 3;

    /// <summary>What the environment says; null: nothing.</summary>
    public static string? Written => Environment.GetEnvironmentVariable(Variable);

    /// <summary>The numbers; what is none of a socket is left out.</summary>
    internal static ImmutableArray<int> Read(string written) =>
    [
        .. written.Split([';', ':'], StringSplitOptions.RemoveEmptyEntries).Select(static one
            => int.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out int fd) ? fd : -1)
            .Where(static fd => fd >= First),
    ];

    /// <summary>The variable for so many sockets.</summary>
    internal static string Write(int count)
        => $"{Variable}={string.Concat(Enumerable.Range(First, count).Select(static fd => $"{fd};"))}";

    /// <summary>An environment without it.</summary>
    internal static IEnumerable<string> Without(IEnumerable<string> environment)
        => environment.Where(static one => !one.StartsWith(Variable + "=", StringComparison.Ordinal));
}
