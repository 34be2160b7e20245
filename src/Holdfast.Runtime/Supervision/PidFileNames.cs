using Holdfast.Config.Keepalived.Model;

namespace Holdfast.Runtime.Supervision;

/// <summary>Where keepalived 2.2.7 puts pid files that no option names, as observed on it.</summary>
/// <remarks>
/// Scripts read them: <c>/run/keepalived.pid</c> and <c>/run/vrrp.pid</c>. With <c>instance</c>, <c>use_pid_dir</c>
/// or a network namespace they are in <c>/run/keepalived</c>, and an instance's name follows the role. For a namespace
/// the original mounts <c>/run/keepalived/NAMESPACE</c> on <c>/run/keepalived</c> in a mount namespace of its own; we
/// write to the directory itself, which is where everyone outside finds them.
/// </remarks>
public static class PidFileNames
{
    /// <summary>Role of the supervisor.</summary>
    public const string Parent = "keepalived";

    /// <summary>Role of the VRRP process.</summary>
    public const string Vrrp = "vrrp";

    /// <summary>Role of the checks process.</summary>
    public const string Checks = "checkers";

    /// <summary>The path for one process.</summary>
    /// <param name="model">The configuration.</param>
    /// <param name="netNamespace">Name of the network namespace that is run in; null: none was asked for.</param>
    /// <param name="role"><see cref="Parent"/>, <see cref="Vrrp"/> or <see cref="Checks"/>.</param>
    public static string Of(KeepalivedModel model, string? netNamespace, string role)
    {
        ArgumentNullException.ThrowIfNull(model);
        bool inDirectory = model.UsePidDir || model.InstanceName is not null || netNamespace is not null;
        string name = model.InstanceName is { } instance ? $"{role}_{instance}.pid" : $"{role}.pid";
        return !inDirectory ? $"/run/{name}"
            : netNamespace is null ? $"/run/keepalived/{name}" : $"/run/keepalived/{netNamespace}/{name}";
    }
}
