using System.Text;
using Holdfast.Config.HAProxy;
using Holdfast.Config.Text;
using Holdfast.Management.Cli;
using Holdfast.Primitives;
using Holdfast.Proxy.Programs;

namespace Holdfast.Management.Commands;

/// <summary>Variables of the process: read, and written by an expression.</summary>
internal static class VariableCommands
{
    private const string File = "cli";

    /// <summary>Names of variables, those of the file included: a name that was used once stays.</summary>
    private const int NamesMax = 4096;

    internal static IEnumerable<CliCommand> All(ManagedProcess process)
    {
        yield return CliCommand.Of("get var", "<name>", "a variable of the process",
            request => Get(process, request)) with { Level = CliLevel.Operator };
        yield return CliCommand.Of("set var", "<name> [fmt|expr] {<fmt>|<expr>}", "change a variable of the process",
            request => Set(process, request)) with { Level = CliLevel.Operator, Mode = CliMode.Experimental };
    }

    private static IEnumerable<string> Get(ManagedProcess process, CliRequest request)
        => request[2].Length == 0 ? request.Error("Missing process-wide variable identifier.\n")
            : process.Variables.Describe(request[2]) is { } text ? CliRequest.Text($"{request[2]}: {text}")
            : request.Error("Variable not found.\n");

    private static IEnumerable<string> Set(ManagedProcess process, CliRequest request)
    {
        (string name, string value, string kind) = (request[2], request[3], "expr");
        if (name.Length == 0)
        {
            return request.Error("Missing process-wide variable identifier.\n");
        }
        if (value.Length == 0)
        {
            return request.Error("Missing either 'expr', 'fmt' or expression.\n");
        }
        if (request[4].Length > 0)
        {
            (kind, value) = (value, request[4]);
            if (kind is not ("expr" or "fmt"))
            {
                return request.Error($"'set var': arg type must be either 'expr' or 'fmt' but got '{kind}'.");
            }
        }
        if (!name.StartsWith("proc.", StringComparison.Ordinal))
        {
            return request.Error(
                $"'set var': cannot set variable '{name}', only scope 'proc' is permitted here.");
        }
        if (process.Variables.Count >= NamesMax)
        {
            return request.Error($"'set var': there are {NamesMax} variables already.\n");
        }
        // As a file would say it.
        string keyword = kind == "fmt" ? "set-var-fmt" : "set-var";
        HAProxyParseResult parsed = HAProxyParser.Parse([File],
            MemoryConfigFiles.Of(File, $"global\n{keyword} {Quote(name)} {Quote(value)}\n"), new HAProxyParseOptions());
        if (parsed.Diagnostics.FirstOrDefault(static one => one.Severity == Severity.Error) is { } problem)
        {
            return request.Error(problem.Message);
        }
        ProcessVariables.Set(parsed.Model.Global.Variables, process.Facts, process.Variables);
        return CliRequest.Done;
    }

    /// <summary>A word as the file's language has it: nothing in it means anything.</summary>
    private static string Quote(string word)
    {
        var text = new StringBuilder();
        foreach (char c in word)
        {
            _ = c is ' ' or '\t' or '\\' or '"' or '\'' or '#' ? text.Append('\\').Append(c) : text.Append(c);
        }
        return text.ToString();
    }
}
