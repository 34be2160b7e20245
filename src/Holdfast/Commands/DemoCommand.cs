using System.CommandLine;
using Holdfast.Demo;

namespace Holdfast.Commands;

/// <summary><c>holdfast demo</c>.</summary>
internal static class DemoCommand
{
    internal static Command Create()
    {
        var position = new Argument<string?>("scene")
        {
            Description = "One scene: " + string.Join(", ", DemoRunner.SceneNames),
            Arity = ArgumentArity.ZeroOrOne,
        };
        var scene = new Option<string?>("--scene") { Description = "The same as the argument" };
        var stay = new Option<bool>("--stay") { Description = "Keep the nodes up afterwards, until Ctrl-C" };
        var plain = new Option<bool>("--plain") { Description = "Plain lines, as when the output is no terminal" };
        var daemon = new Option<string?>("--daemon") { Description = "Another keepalived, to compare with" };
        var guest = new Option<bool>("--guest") { Hidden = true }; // lvs-ipvs starts itself again in its guest
        var command = new Command("demo", "Two nodes and a client on this machine fail over, and are measured")
        {
            position, scene, stay, plain, daemon, guest,
        };
        command.SetAction(result => DemoRunner.Run(new DemoOptions
        {
            Scene = result.GetValue(scene) ?? result.GetValue(position),
            Stay = result.GetValue(stay),
            Plain = result.GetValue(plain),
            Daemon = result.GetValue(daemon),
            IsGuest = result.GetValue(guest),
        }));
        return command;
    }
}
