using Holdfast.Management.Cli;
using Holdfast.Management.Commands;

namespace Holdfast.Management;

/// <summary>All commands of the stats socket.</summary>
public static class ManagementCommands
{
    /// <summary>The commands for a running proxy.</summary>
    public static CliCommandTable For(ManagedProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return new CliCommandTable(
        [
            .. SessionCommands.All, .. StatisticCommands.All(process), .. ServerCommands.All(process),
            .. ServerMemberCommands.All(process), .. CertificateCommands.All(process),
            .. FrontendCommands.All(process), .. PatternCommands.All(process.Patterns),
            .. TableCommands.All(process), .. ReportCommands.All(process), .. VariableCommands.All(process),
            .. SessionListCommands.All(process),
        ]);
    }
}
