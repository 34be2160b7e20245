using Holdfast.Lab;
using Holdfast.Linux;

namespace Holdfast.TrafficGuest;

/// <summary>
/// Runs inside user-mode Linux: clients, directors with a real IPVS and real servers, each in a namespace. One line for
/// each case, "pass NAME" or "fail NAME: why", and "figure" lines; the tests on the host read them.
/// </summary>
internal static class Program
{
    // TrafficGuest PROGRAM SCENE...: the keepalived to put in charge, and what is to be played.
    private static int Main(string[] arguments)
    {
        bool passed = true;
        foreach (string scene in arguments.Skip(1))
        {
            passed &= scene switch
            {
                "one" => Play(() => new OneDirector(arguments[0])),
                "two" => Play(() => new TwoDirectors(arguments[0])),
                _ => throw new ArgumentException($"no scene '{scene}'"),
            };
        }
        return passed ? 0 : 1;
    }

    // The cases of a scene build on one another, so the first failure ends it.
    private static bool Play(Func<IScene> create)
    {
        string name = "Scene_IsBuilt";
        IScene? scene = null;
        try
        {
            scene = create();
            foreach ((string Name, Action Run) one in scene.Cases)
            {
                name = one.Name;
                one.Run();
                Console.WriteLine($"pass {name}");
            }
            return true;
        }
        catch (Exception failure) when (failure is CaseException or LinuxException or LabTimeoutException
            or InvalidOperationException)
        {
            Console.WriteLine($"fail {name}: {failure.Message}");
            Console.WriteLine(scene?.Describe());
            return false;
        }
        finally
        {
            scene?.Dispose();
        }
    }
}

/// <summary>Some nodes, and what is done with them.</summary>
internal interface IScene : IDisposable
{
    /// <summary>What is done, in order.</summary>
    IEnumerable<(string Name, Action Run)> Cases { get; }

    /// <summary>All that helps to understand a failure.</summary>
    string Describe();
}

/// <summary>A case found something else than it expected.</summary>
internal sealed class CaseException(string message) : Exception(message);
