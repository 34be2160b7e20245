using Holdfast.Config.Nginx.Model;

namespace Holdfast.Nginx.Variables;

/// <summary>Finds the variables that an http or stream block sets, before anything of it is compiled: a text may name
/// one that is set below.</summary>
public static class VariableDeclarations
{
    /// <summary>Gives every variable that <c>set</c> or a named group sets its place.</summary>
    public static void Declare(HttpModel http, VariableTable table)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(table);
        foreach (MapEntry entry in http.Maps.SelectMany(static map => map.Entries))
        {
            Declare(entry.Regex, table);
        }
        foreach (HttpServer server in http.Servers)
        {
            foreach (ServerName name in server.Names)
            {
                Declare(name.Regex, table);
            }
            Declare(server.Settings, table);
            Declare(server.Rewrite, table);
            Declare(server.Locations, table);
        }
    }

    /// <summary>The same of a stream block.</summary>
    public static void Declare(StreamModel stream, VariableTable table)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(table);
        foreach (MapEntry entry in stream.Maps.SelectMany(static map => map.Entries))
        {
            Declare(entry.Regex, table);
        }
        foreach (StreamServer server in stream.Servers)
        {
            foreach (ServerName name in server.Names)
            {
                Declare(name.Regex, table);
            }
            Declare(server.Sets, table);
        }
    }

    private static void Declare(IEnumerable<Location> locations, VariableTable table)
    {
        foreach (Location location in locations)
        {
            Declare(location.Regex, table);
            Declare(location.Settings, table);
            Declare(location.Rewrite, table);
            Declare(location.Locations, table);
        }
    }

    /// <summary><c>auth_request_set</c></summary>
    private static void Declare(HttpSettings settings, VariableTable table)
    {
        foreach (HeaderValue one in settings.Access.AuthRequestSet)
        {
            _ = table.IndexOf(one.Name.TrimStart('$').ToLowerInvariant());
        }
    }

    private static void Declare(IEnumerable<RewriteStep> steps, VariableTable table)
    {
        foreach (RewriteStep step in steps)
        {
            switch (step)
            {
                case SetVariable set when set.Variable != "args":
                    _ = table.IndexOf(set.Variable);
                    break;
                case RewriteUri rewrite:
                    Declare(rewrite.Regex, table);
                    break;
                case IfBlock block:
                    Declare(block.Condition.Regex, table);
                    Declare(block.Steps, table);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Declare(NginxRegex? regex, VariableTable table)
    {
        foreach (string name in regex?.Names ?? [])
        {
            _ = table.IndexOf(name.ToLowerInvariant());
        }
    }
}
