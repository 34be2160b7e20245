using System.Globalization;
using Holdfast.Config.Keepalived.Model;

namespace Holdfast.Runtime.Checks;

/// <summary>Names by which virtual servers of two configurations are known to be the same.</summary>
internal static class ServiceNames
{
    /// <summary>One for each virtual server; a name that stands twice gets a number from the second time on.</summary>
    internal static string[] Of(KeepalivedModel model)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. model.VirtualServers.Select(service =>
        {
            string name = service.Name;
            int count = seen[name] = seen.GetValueOrDefault(name) + 1;
            return count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}#{count}");
        })];
    }
}
